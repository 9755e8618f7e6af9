import { date, logical, RecordError, type RecordSchema, shownValue, time, timestamp } from '@sluice/template'
import { isNull } from '../fields.ts'
import type { DateFormat } from '../java/date-format.ts'

export const timestampTypes = ['string', 'unix', 'Date', 'Time', 'Timestamp'] as const
export type TimestampType = (typeof timestampTypes)[number]

export const unixPrecisions = ['nanoseconds', 'microseconds', 'milliseconds', 'seconds'] as const
export type UnixPrecision = (typeof unixPrecisions)[number]

export interface TimestampForms {
  readonly target: TimestampType
  /** For texts, both read and written. */
  readonly format: DateFormat | undefined
  readonly precision: UnixPrecision
}

/** From one form of a moment to another; null stays null. Throws a RecordError for what is no moment. */
export type ConvertTimestamp = (value: unknown) => unknown

/** The schema of the target, optional as the old one is. */
export function targetSchema(target: TimestampType, { optional }: RecordSchema): RecordSchema {
  return optional ? { ...targetSchemas[target], optional } : targetSchemas[target]
}

const targetSchemas: Readonly<Record<TimestampType, RecordSchema>> = {
  string: { type: 'string' },
  unix: { type: 'int64' },
  Date: date(),
  Time: time(),
  Timestamp: timestamp(),
}

/** The conversion of a schema's values. Throws a RecordError for a schema whose values are no moments. */
export function timestampConversion(schema: RecordSchema, forms: TimestampForms): ConvertTimestamp {
  const read = reader(schema, forms)
  const write = writer(forms)
  return (value) => (isNull(value) ? null : write(read(value)))
}

/** The conversion of values without a schema, by each value's own kind; a Date or Time is a moment like any other there. */
export function plainTimestampConversion(forms: TimestampForms): ConvertTimestamp {
  const write = forms.target === 'Date' || forms.target === 'Time' ? plainDate(forms.target) : writer(forms)
  return (value) => (isNull(value) ? null : write(reader(kindOf(value), forms)(value)))
}

type Read = (value: unknown) => number
type Write = (ms: number) => unknown

const dayMs = 86_400_000

function reader(schema: RecordSchema, forms: TimestampForms): Read {
  switch (schema.name) {
    case logical.timestamp:
      return (value) => (value as Date).getTime()
    case logical.date:
      return (value) => Number(value) * dayMs
    case logical.time:
      return (value) => Number(value)
    default:
  }
  if (schema.type === 'string') return (value) => textFormat(forms).parse(value as string)
  if (schema.type === 'int64') return (value) => unixMs(value as bigint | number, forms.precision)
  throw new RecordError(`A value of type ${schema.type} is no point in time.`)
}

function writer(forms: TimestampForms): Write {
  switch (forms.target) {
    case 'string': {
      const { format } = textFormat(forms)
      return format
    }
    case 'unix':
      return (ms) => unixOf(ms, forms.precision)
    case 'Date':
      return (ms) => Math.floor(ms / dayMs)
    case 'Time':
      return (ms) => ms - Math.floor(ms / dayMs) * dayMs
    case 'Timestamp':
      return (ms) => new Date(ms)
  }
}

function plainDate(target: 'Date' | 'Time'): Write {
  return (ms) => {
    const day = Math.floor(ms / dayMs) * dayMs
    return new Date(target === 'Date' ? day : ms - day)
  }
}

function textFormat({ format }: TimestampForms): DateFormat {
  if (format) return format
  throw new RecordError('The value is a text, and the setting format says nothing about how to read it.')
}

function kindOf(value: unknown): RecordSchema {
  if (value instanceof Date) return timestamp()
  if (typeof value === 'string') return { type: 'string' }
  if (typeof value === 'bigint' || Number.isInteger(value)) return { type: 'int64' }
  throw new RecordError(`This is no point in time: ${shownValue(value)}.`)
}

function unixMs(value: bigint | number, precision: UnixPrecision): number {
  const ms = Number(toMs[precision](BigInt(value)))
  if (!Number.isNaN(new Date(ms).getTime())) return ms
  throw new RecordError(`There is no date for ${value} ${precision}.`)
}

const toMs: Readonly<Record<UnixPrecision, (value: bigint) => bigint>> = {
  nanoseconds: (value) => value / 1_000_000n,
  microseconds: (value) => value / 1000n,
  milliseconds: (value) => value,
  seconds: (value) => value * 1000n,
}

function unixOf(ms: number, precision: UnixPrecision): bigint {
  const exact = BigInt(ms)
  switch (precision) {
    case 'nanoseconds':
      return within64Bits(exact * 1_000_000n)
    case 'microseconds':
      return exact * 1000n
    case 'milliseconds':
      return exact
    case 'seconds':
      return exact / 1000n
  }
}

/** The nearest number that fits, as java.util.concurrent.TimeUnit has it. */
function within64Bits(value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value
  return value < 0n ? -(2n ** 63n) : 2n ** 63n - 1n
}
