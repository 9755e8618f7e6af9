import { actionLine, bulkBody } from './bulk-body.ts'
import type { Operation } from './operation.ts'

const base = { kind: 'index', resource: 'orders', id: 'a', version: undefined, retryOnConflict: 5 } as const

function operation(kind: Operation['kind'], action: string, json?: string): Operation {
  const document = json === undefined ? undefined : Buffer.from(json)
  return { kind, action, document } as Operation
}

describe('actionLine', () => {
  it('names index, id and external version', () => {
    expect(actionLine({ ...base, version: 9007199254740993n })).toBe(
      '{"index":{"_index":"orders","_id":"a","version":9007199254740993,"version_type":"external"}}\n',
    )
  })

  it('leaves out an id that the server makes', () => {
    expect(actionLine({ ...base, kind: 'create', id: undefined })).toBe('{"create":{"_index":"orders"}}\n')
  })

  it('has an update repeated by the server', () => {
    expect(actionLine({ ...base, kind: 'update' })).toBe(
      '{"update":{"_index":"orders","_id":"a","retry_on_conflict":5}}\n',
    )
  })

  it('keeps any id on one line of valid JSON', () => {
    for (const id of ['a"b', 'a\\b', 'a\nb', 'ü€😀', '\ud800']) {
      const line = actionLine({ ...base, id })
      expect(line.indexOf('\n')).toBe(line.length - 1)
      expect(JSON.parse(line)).toMatchObject({ index: { _id: id } })
    }
  })
})

describe('bulkBody', () => {
  it('puts each document behind its action, and none behind a delete', () => {
    const body = bulkBody([
      operation('index', '{"index":{}}\n', '{"a":"é"}'),
      operation('delete', '{"delete":{}}\n'),
      operation('update', '{"update":{"_id":"日本"}}\n', '{"b":1}'),
    ])
    expect(body.toString()).toBe(
      '{"index":{}}\n{"a":"é"}\n{"delete":{}}\n{"update":{"_id":"日本"}}\n{"doc":{"b":1},"doc_as_upsert":true}\n',
    )
  })
})
