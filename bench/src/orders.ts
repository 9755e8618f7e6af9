import {
  decimal,
  NULL_FIELD,
  optional,
  type RowBatch,
  type SourceRecord,
  recordsOf,
  struct,
  timestamp,
} from '@sluice/template'

/** What a table of orders looks like to a source: ten columns, about 200 bytes as JSON. */
const schema = struct(
  {
    id: { type: 'int64' },
    customer: { type: 'int64' },
    status: { type: 'string' },
    amount: decimal(2),
    currency: { type: 'string' },
    quantity: { type: 'int32' },
    email: { type: 'string' },
    note: optional({ type: 'string' }),
    paid: { type: 'boolean' },
    ordered: timestamp(),
  },
  { name: 'shop.orders' },
)

const perBatch = 1000

const statuses = ['new', 'paid', 'packed', 'shipped', 'returned']

/** Rows as a source that reads columns as text polls them; the id is the key. */
export function orders(): RowBatch {
  const fields: (string | null)[] = []
  for (let id = 1; id <= perBatch; id++) {
    fields.push(
      String(7_000_000_000 + id),
      String((id * 7919) % 100_000),
      statuses[id % statuses.length]!,
      `${(id * 37) % 1000}.${String(id % 100).padStart(2, '0')}`,
      'EUR',
      String(1 + (id % 9)),
      `customer-${(id * 7919) % 100_000}@example.org`,
      id % 3 === 0 ? null : 'Please leave it with the neighbours, second floor.',
      String(id % 2 === 0),
      String(1_767_225_600_000 + id * 1000),
    )
  }
  const ends = new Uint32Array(fields.length)
  let at = 0
  for (const [index, field] of fields.entries()) {
    at += Buffer.byteLength(field ?? '')
    ends[index] = field === null ? at + NULL_FIELD : at
  }
  return {
    kind: 'rows',
    topic: 'shop.orders',
    count: perBatch,
    schema,
    buffer: Buffer.from(fields.join('')),
    fieldEnds: ends,
    keyFields: [0],
    keySchema: struct({ id: { type: 'int64' } }),
    timestampOf: (row) => 1_767_225_600_000 + row,
    originOf: (row) => ({ partition: { table: 'orders' }, offset: row }),
  }
}

/** The same as records. */
export function orderRecords(): readonly SourceRecord[] {
  return recordsOf(orders())
}
