import { RecordError, type SinkRecord } from '@sluice/template'

/** The time that a record tells, in milliseconds since the epoch. Throws a RecordError where it tells none. */
export type RecordClock = (record: SinkRecord) => number

export const extractors = ['Wallclock', 'Record', 'RecordField'] as const

/** Undefined for the wall clock. */
export function recordClock(extractor: (typeof extractors)[number], field: string): RecordClock | undefined {
  if (extractor === 'Wallclock') return undefined
  if (extractor === 'Record') return timeOfRecord
  const path = field.split('.')
  return (record) => timeOfValue(record.value, path)
}

function timeOfRecord(record: SinkRecord): number {
  if (record.timestamp !== undefined && record.timestamp >= 0) return record.timestamp
  throw new RecordError('timestamp.extractor=Record: the record has no timestamp.')
}

function timeOfValue(value: unknown, path: readonly string[]): number {
  const found = path.reduce<unknown>((inside, name) => memberOf(inside, name), value)
  const timeMs = milliseconds(found)
  if (!Number.isNaN(timeMs)) return timeMs
  throw new RecordError(
    `timestamp.extractor=RecordField: the field ${path.join('.')} holds no time (milliseconds since the epoch, or ISO 8601).`,
  )
}

function memberOf(value: unknown, name: string): unknown {
  if (value instanceof Map) return value.get(name) as unknown
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}

function milliseconds(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Date) return value.getTime()
  return typeof value === 'string' ? Date.parse(value) : Number.NaN
}
