import { logical, RecordError, type RecordSchema, scaleOf, shownValue } from '@sluice/template'
import type { ByteWriter } from '../byte-writer.ts'
import {
  dateToFields,
  decimalToFields,
  type Fields,
  timestampToFields,
  timeToFields,
} from './logical-values.ts'
import type { EnumType, MessageType, ProtoField } from './message-type.ts'
import { scalars } from './scalars.ts'

/** Writes a value, without its field's number. Throws a RecordError for one that its schema does not allow. */
export type Write = (out: ByteWriter, value: unknown) => void

export interface ValueWriter {
  readonly wire: number
  readonly write: Write
  /** Is it left out where the field has no presence? */
  readonly isZero: (value: unknown) => boolean
}

const large = new Set(['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64', 'uint32', 'fixed32'])
const small = new Set(['int32', 'sint32', 'sfixed32'])
const others: Readonly<Record<string, readonly RecordSchema['type'][]>> = {
  float: ['float32'],
  double: ['float64', 'float32'],
  bool: ['boolean'],
  string: ['string'],
  bytes: ['bytes'],
}

export function compileScalar(field: ProtoField, schema: RecordSchema, path: string): ValueWriter {
  const kind = field.type as keyof typeof scalars
  const { wire: wireType, write, isZero } = scalars[kind]
  const check =
    large.has(kind) || small.has(kind) ? integerOf(schema, large.has(kind)) : plainOf(schema, kind)
  if (!check || (schema.name !== undefined && isLogical(schema))) throw mismatch(path, schema, field)
  const checked = (value: unknown): never => {
    const fit = check(value)
    if (fit === undefined) throw wrong(path, schema.type, value)
    return fit as never
  }
  return {
    wire: wireType,
    isZero: (value) => isZero(checked(value)),
    write: (out, value) => write(out, checked(value)),
  }
}

const bounds: Readonly<Record<string, bigint>> = {
  int8: 1n << 7n,
  int16: 1n << 15n,
  int32: 1n << 31n,
  int64: 1n << 63n,
}

/** What makes a value of Connect's one of Protobuf's, undefined for a value that is none. */
function integerOf(schema: RecordSchema, asBigInt: boolean): ((value: unknown) => unknown) | undefined {
  const bound = bounds[schema.type]
  if (bound === undefined || (!asBigInt && schema.type === 'int64')) return undefined
  return (value) => {
    if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return undefined
    const whole = BigInt(value as number | bigint)
    if (whole < -bound || whole >= bound) return undefined
    return asBigInt ? whole : Number(whole)
  }
}

function plainOf(schema: RecordSchema, kind: string): ((value: unknown) => unknown) | undefined {
  if (!others[kind]?.includes(schema.type)) return undefined
  if (kind === 'bytes') return (value) => (value instanceof Uint8Array ? value : undefined)
  const wanted = kind === 'bool' ? 'boolean' : kind === 'string' ? 'string' : 'number'
  return (value) => (typeof value === wanted ? value : undefined)
}

export function compileEnum(type: EnumType, schema: RecordSchema, path: string): ValueWriter {
  const numberOf = (value: unknown): number => {
    const number = schema.type === 'string' ? type.values.get(value as string) : value
    if (typeof number === 'number' && Number.isInteger(number)) return number
    throw wrong(path, `one of ${[...type.values.keys()].join(', ')}`, value)
  }
  if (schema.type !== 'string' && schema.type !== 'int32')
    throw new RecordError(`The field ${path} is no enum.`)
  const { write, wire: wireType } = scalars.int32
  return {
    wire: wireType,
    isZero: (value) => numberOf(value) === 0,
    write: (out, value) => write(out, numberOf(value) as never),
  }
}

function isLogical(schema: RecordSchema): boolean {
  return (Object.values(logical) as readonly (string | undefined)[]).includes(schema.name)
}

/** Values that have a message of their own for their logical type. */
export function compileLogical(schema: RecordSchema, message: MessageType, path: string): Write | undefined {
  const toFields = fieldsOf(schema, path)
  if (!toFields) return undefined
  const writers = message.fields.map((field) => {
    const { write, wire: wireType, isZero } = scalars[field.type as keyof typeof scalars]
    return { name: field.name, tag: tagOf(field.number, wireType), write, isZero }
  })
  return (out, value) => {
    const fields = toFields(value)
    for (const { name, tag, write, isZero } of writers) {
      const part = fields[name] as never
      if (part === undefined || isZero(part)) continue
      out.varint(tag)
      write(out, part)
    }
  }
}

function fieldsOf(schema: RecordSchema, path: string): ((value: unknown) => Fields) | undefined {
  switch (schema.name) {
    case logical.decimal:
      return (value) => {
        if (typeof value !== 'string') throw wrong(path, 'a Decimal (a string)', value)
        return decimalToFields(value, scaleOf(schema))
      }
    case logical.date:
    case logical.time: {
      const toFields = schema.name === logical.date ? dateToFields : timeToFields
      return (value) => {
        if (!Number.isInteger(value)) throw wrong(path, 'a whole number', value)
        return toFields(value as number)
      }
    }
    case logical.timestamp:
      return (value) => {
        if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw wrong(path, 'a Date', value)
        return timestampToFields(value)
      }
    default:
      return undefined
  }
}

export function tagOf(number: number, wireType: number): number {
  return number * 8 + wireType
}

export function mismatch(path: string, schema: RecordSchema, field: ProtoField): RecordError {
  const type = typeof field.type === 'string' ? field.type : field.type.name
  return new RecordError(
    `The field ${path} is of the type ${schema.name ?? schema.type}, which can't be written as Protobuf's ${field.repeated ? 'repeated ' : ''}${type}.`,
  )
}

export function wrong(path: string, wanted: string, value: unknown): RecordError {
  const what = path === '' ? 'The value' : `The field ${path}`
  return new RecordError(`${what} is ${shownValue(value)}, but its schema says ${wanted}.`)
}
