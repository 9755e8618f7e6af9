import { NULL_FIELD, type RowBatch, recordOf, recordsOf } from './row-batch.ts'
import { decimal, optional, struct, timestamp } from './schema.ts'

const schema = struct({
  id: { type: 'int64' },
  name: optional({ type: 'string' }),
  price: decimal(2),
  seen: optional(timestamp()),
  raw: { type: 'bytes' },
  open: { type: 'boolean' },
})

function rowBatch(rows: readonly (readonly (string | null)[])[]): RowBatch<number> {
  const fields = rows.flat()
  let end = 0
  const fieldEnds = fields.map((text) => {
    end += text === null ? 0 : Buffer.byteLength(text)
    return text === null ? end + NULL_FIELD : end
  })
  return {
    kind: 'rows',
    topic: 'orders',
    count: rows.length,
    schema,
    keySchema: struct({ id: { type: 'int64' } }),
    keyFields: [0],
    buffer: Buffer.from(fields.join('')),
    fieldEnds: Uint32Array.from(fieldEnds),
    timestampOf: (row) => 1000 + row,
    originOf: (row) => ({ partition: { table: 'orders' }, offset: row }),
  }
}

describe('recordsOf', () => {
  it('reads each field by its type', () => {
    const rows = rowBatch([['9007199254740993', 'Zoë', '-0.50', '1700000000123', 'ab', 'true']])
    expect(recordsOf(rows)).toEqual([
      {
        origin: { partition: { table: 'orders' }, offset: 0 },
        topic: 'orders',
        key: { id: 9007199254740993n },
        keySchema: rows.keySchema,
        value: {
          id: 9007199254740993n,
          name: 'Zoë',
          price: '-0.50',
          seen: new Date(1700000000123),
          raw: Buffer.from('ab'),
          open: true,
        },
        valueSchema: schema,
        headers: undefined,
        timestamp: 1000,
      },
    ])
  })

  it('keeps a byte order mark at the start of a text', () => {
    const rows = rowBatch([['1', '\ufeffx', '0.00', null, '', 'true']])
    expect(recordsOf(rows)[0]?.value).toMatchObject({ name: '\ufeffx' })
  })

  it('tells null from empty, and goes on after it', () => {
    const rows = rowBatch([
      ['1', null, '1.00', null, '', 'false'],
      ['2', '', '2.00', null, 'x', 'true'],
    ])
    expect(recordOf(rows, 0).value).toMatchObject({ name: null, seen: null, open: false })
    expect(recordOf(rows, 1).value).toMatchObject({ id: 2n, name: '', raw: Buffer.from('x') })
  })
})
