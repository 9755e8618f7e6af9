import { logical, RecordError, type RecordSchema, shownValue } from '@sluice/template'
import { bigDecimalText } from '../../converters/json/java-numbers.ts'
import { isNull } from '../fields.ts'
import {
  type IntegerType,
  integerOf,
  integerPartOf,
  javaDoubleText,
  javaFloatText,
  parseFloating,
  parseInteger,
  truncated,
} from '../java/numbers.ts'

export const castTypes = [
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'boolean',
  'string',
] as const

export type CastType = (typeof castTypes)[number]

/** From a value (null stays null) to that of another type. Throws a RecordError for a value that has no form in it. */
export type CastValue = (value: unknown) => unknown

/** Values of one kind: what they are as each other kind. */
interface Kind {
  integer(value: never, type: IntegerType): bigint
  floating(value: never): number
  truth(value: never): boolean
  text(value: never): string
}

/** The cast from values of a schema; without one, by each value's own kind. Throws a RecordError for types that can't be cast. */
export function castTo(type: CastType, schema: RecordSchema | undefined): CastValue {
  const kind = schema === undefined ? undefined : kindOfSchema(schema)
  const cast = castingTo(type)
  return kind === undefined
    ? (value) => (isNull(value) ? null : cast(kindOfValue(value), value as never))
    : (value) => (isNull(value) ? null : cast(kind, value as never))
}

function castingTo(type: CastType): (kind: Kind, value: never) => unknown {
  switch (type) {
    case 'string':
      return (kind, value) => kind.text(value)
    case 'boolean':
      return (kind, value) => kind.truth(value)
    case 'float64':
      return (kind, value) => kind.floating(value)
    case 'float32':
      return (kind, value) => Math.fround(kind.floating(value))
    default:
      return (kind, value) => integerOf(kind.integer(value, type), type)
  }
}

function kindOfSchema({ type, name }: RecordSchema): Kind {
  switch (type) {
    case 'int8':
    case 'int16':
      return integer
    case 'int32':
      if (name === logical.date) return days
      return name === logical.time ? timeOfDay : integer
    case 'int64':
      return name === logical.timestamp ? timestamp : integer
    case 'float32':
      return { ...floating, text: javaFloatText }
    case 'float64':
      return floating
    case 'boolean':
      return truth
    case 'string':
      return text
    case 'bytes':
      return name === logical.decimal ? decimal : bytes
    default:
      throw new RecordError(`A value of type ${type} cannot be cast.`)
  }
}

/** By the value alone: a number is an integer if it has no fraction, for nothing says more. */
function kindOfValue(value: unknown): Kind {
  switch (typeof value) {
    case 'bigint':
      return integer
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? integer : floating
    case 'boolean':
      return truth
    case 'string':
      return text
    default:
      if (value instanceof Uint8Array) return bytes
      if (value instanceof Date) return timestamp
      throw new RecordError(`This cannot be cast: ${shownValue(value)}.`)
  }
}

const integer: Kind = {
  integer: (value: number | bigint) => BigInt(value),
  floating: (value: number | bigint) => Number(value),
  truth: (value: number | bigint) => value !== 0 && value !== 0n,
  text: (value: number | bigint) => String(BigInt(value)),
}

const floating: Kind = {
  integer: truncated,
  floating: (value: number) => value,
  truth: (value: number) => truncated(value, 'int64') !== 0n,
  text: javaDoubleText,
}

const truth: Kind = {
  integer: (value: boolean) => (value ? 1n : 0n),
  floating: (value: boolean) => (value ? 1 : 0),
  truth: (value: boolean) => value,
  text: (value: boolean) => String(value),
}

const text: Kind = {
  integer: parseInteger,
  floating: parseFloating,
  truth: (value: string) => value.toLowerCase() === 'true',
  text: (value: string) => value,
}

const decimal: Kind = {
  integer: integerPartOf,
  floating: (plain: string) => Number(plain),
  truth: (plain: string) => BigInt.asIntN(64, integerPartOf(plain)) !== 0n,
  text: bigDecimalText,
}

const bytes: Kind = {
  integer: onlyText,
  floating: onlyText,
  truth: onlyText,
  text: (value: Uint8Array) =>
    Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
}

function onlyText(): never {
  throw new RecordError('Bytes can be cast to string only.')
}

const dayMs = 86_400_000

/** As numbers what Kafka Connect stores, as text one of three forms. */
const days: Kind = { ...integer, text: (value: number) => instantText(value * dayMs) }
const timeOfDay: Kind = { ...integer, text: (value: number) => instantText(value) }
const timestamp: Kind = {
  integer: (value: Date) => BigInt(value.getTime()),
  floating: (value: Date) => value.getTime(),
  truth: (value: Date) => value.getTime() !== 0,
  text: (value: Date) => instantText(value.getTime()),
}

/**
 * Which form is told by the number alone, as there: within the first day of 1970 or before it a time, at midnight a date, otherwise both.
 * Source: org.apache.kafka.connect.data.Values.
 */
function instantText(ms: number): string {
  const iso = new Date(ms).toISOString()
  if (ms < dayMs) return iso.slice(iso.indexOf('T') + 1)
  return ms % dayMs === 0 ? iso.slice(0, iso.indexOf('T')) : iso
}
