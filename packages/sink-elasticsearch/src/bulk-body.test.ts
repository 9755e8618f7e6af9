import { actionLine, bulkBody } from './bulk-body.ts'
import type { Operation } from './operation.ts'

const base = { kind: 'index', resource: 'orders', id: 'a', version: undefined } as const
const options = { retryOnConflict: 5 }

function operation(kind: Operation['kind'], id: string, json?: string): Operation {
  const document = json === undefined ? undefined : Buffer.from(json)
  return { kind, resource: 'i', id, document } as Operation
}

describe('actionLine', () => {
  it('names index, id and external version', () => {
    expect(actionLine({ ...base, version: 9007199254740993n }, options)).toBe(
      '{"index":{"_index":"orders","_id":"a","version":9007199254740993,"version_type":"external"}}\n',
    )
  })

  it('leaves out an id that the server makes', () => {
    expect(actionLine({ ...base, kind: 'create', id: undefined }, options)).toBe(
      '{"create":{"_index":"orders"}}\n',
    )
  })

  it('has an update repeated by the server', () => {
    expect(actionLine({ ...base, kind: 'update' }, options)).toBe(
      '{"update":{"_index":"orders","_id":"a","retry_on_conflict":5}}\n',
    )
  })

  it('keeps any id on one line of valid JSON', () => {
    for (const id of ['a"b', 'a\\b', 'a\nb', 'ü€😀', '\ud800']) {
      const line = actionLine({ ...base, id }, options)
      expect(line.indexOf('\n')).toBe(line.length - 1)
      expect(JSON.parse(line)).toMatchObject({ index: { _id: id } })
    }
  })
})

describe('bulkBody', () => {
  it('puts each document behind its action, and none behind a delete', () => {
    const body = bulkBody(
      [
        operation('index', 'a', '{"a":"é"}'),
        operation('delete', 'b'),
        operation('update', '日本', '{"b":1}'),
      ],
      options,
    )
    expect(body.toString().split('\n')).toEqual([
      '{"index":{"_index":"i","_id":"a"}}',
      '{"a":"é"}',
      '{"delete":{"_index":"i","_id":"b"}}',
      '{"update":{"_index":"i","_id":"日本","retry_on_conflict":5}}',
      '{"doc":{"b":1},"doc_as_upsert":true}',
      '',
    ])
  })
})
