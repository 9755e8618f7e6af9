import { logical, RecordError, type StructSchema } from '@sluice/template'
import { type Fields, fieldNamed, isNull } from '../fields.ts'
import { fieldOfType } from './envelope.ts'

/** Nanoseconds of one unit of Debezium's times. */
const unitNs: Readonly<Record<string, bigint>> = {
  'io.debezium.time.Timestamp': 1_000_000n,
  'io.debezium.time.MicroTimestamp': 1000n,
  'io.debezium.time.NanoTimestamp': 1n,
}

interface Event {
  readonly schema: StructSchema
  readonly row: Fields
  readonly envelope: StructSchema
  readonly event: Fields
}

/** The record's timestamp in milliseconds: that of a column, or else when Debezium saw the event. */
export function eventTimestamp(
  { schema, row, envelope, event }: Event,
  field: string | undefined,
): number | undefined {
  const own = field === undefined ? undefined : columnTimestamp(schema, row, field)
  if (own !== undefined) return own
  const seen = fieldOfType(envelope, event, { name: 'ts_ms', type: 'int64' })
  return isNull(seen) ? undefined : Number(seen)
}

function columnTimestamp(schema: StructSchema, row: Fields, field: string): number | undefined {
  const value = fieldOfType(schema, row, { name: field, type: 'int64' })
  const { schema: own } = fieldNamed(schema, field)
  if (isNull(value)) return undefined
  if (value instanceof Date && own.name === logical.timestamp) return value.getTime()
  const unit = own.name === undefined ? undefined : unitNs[own.name]
  if (unit === undefined)
    throw new RecordError(
      `The field ${field} is no timestamp of Debezium: it has the schema ${own.name ?? 'int64'}.`,
    )
  return Number((BigInt(value as bigint | number) * unit) / 1_000_000n)
}
