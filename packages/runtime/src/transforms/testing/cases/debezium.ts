import { optional, type RecordSchema, struct, type StructSchema } from '@sluice/template'

const source = struct(
  {
    version: { type: 'string' },
    connector: { type: 'string' },
    ts_ms: { type: 'int64' },
    db: { type: 'string' },
    table: { type: 'string' },
    lsn: { type: 'int64', optional: true },
    snapshot: { type: 'string', optional: true, default: 'false' },
  },
  { name: 'io.debezium.connector.postgresql.Source' },
)

const transaction = optional(
  struct(
    { id: { type: 'string' }, total_order: { type: 'int64' }, data_collection_order: { type: 'int64' } },
    { name: 'event.block', version: 1 },
  ),
)

export const sourceValue = {
  version: '3.3.2.Final',
  connector: 'postgresql',
  ts_ms: 1_700_000_000_001n,
  db: 'shop',
  table: 'orders',
  lsn: 24_023_128n,
  snapshot: null,
}

/** A change event's schema around that of a row. */
export function envelopeOf(row: RecordSchema, name = 'server.public.orders.Envelope'): StructSchema {
  return struct(
    {
      before: optional(row),
      after: optional(row),
      source,
      transaction,
      op: { type: 'string' },
      ts_ms: { type: 'int64', optional: true },
      ts_us: { type: 'int64', optional: true },
    },
    { name, version: 1 },
  )
}

export interface Change {
  readonly before?: unknown
  readonly after?: unknown
  readonly op: string
  readonly transaction?: unknown
  readonly ts_ms?: bigint | null
}

export function changeOf(change: Change): Record<string, unknown> {
  return {
    before: null,
    after: null,
    source: sourceValue,
    transaction: null,
    ts_ms: 1_700_000_000_555n,
    ts_us: 1_700_000_000_555_123n,
    ...change,
  }
}
