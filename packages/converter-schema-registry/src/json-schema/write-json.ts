import {
  decimalText,
  logical,
  RecordError,
  type RecordSchema,
  scaleOf,
  shownValue,
  stringifyJson,
  twosComplement,
  unscaledDecimal,
} from '@sluice/template'
import type { JsonSchemaDataConfig } from './json-schema-fields.ts'
import { hasPlainKeys, isUnion } from './kinds.ts'

/** A value as JSON. Throws a RecordError for a value that its schema does not allow. */
export type WriteJson = (value: unknown) => string

/** Compiles a schema into what writes its values. `path` names the place in messages. */
export function compileWriteJson(schema: RecordSchema, config: JsonSchemaDataConfig, path = ''): WriteJson {
  const write = compileNonNull(schema, config, path)
  const { default: fallback, optional } = schema
  const none =
    fallback !== undefined && fallback !== null && !(config.ignoreDefaultForNullables && optional)
      ? write(fallback)
      : optional
        ? 'null'
        : undefined
  return (value) => {
    if (value !== null && value !== undefined) return write(value)
    if (none !== undefined) return none
    throw new RecordError(`${placed(path)} is null, but its schema is not optional.`)
  }
}

function compileNonNull(schema: RecordSchema, config: JsonSchemaDataConfig, path: string): WriteJson {
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
      return integer(schema, path)
    case 'float32':
    case 'float64':
      return (value) => floating(typed(value, 'number', path))
    case 'boolean':
      return (value) => String(typed(value, 'boolean', path))
    case 'string':
      return (value) => JSON.stringify(typed(value, 'string', path))
    case 'bytes':
      return bytes(schema, config, path)
    case 'array': {
      const write = compileWriteJson(schema.items, config, `${path}[]`)
      return (value) => {
        if (!Array.isArray(value)) throw wrong(path, 'array', value)
        return `[${value.map(write).join(',')}]`
      }
    }
    case 'map':
      return map(schema, config, path)
    case 'struct':
      return isUnion(schema) ? union(schema, config, path) : struct(schema, config, path)
  }
}

const bounds: Readonly<Record<string, bigint>> = {
  int8: 1n << 7n,
  int16: 1n << 15n,
  int32: 1n << 31n,
  int64: 1n << 63n,
}

function integer({ type, name }: RecordSchema, path: string): WriteJson {
  if (name === logical.timestamp) {
    return (value) => {
      if (value instanceof Date && !Number.isNaN(value.getTime())) return String(value.getTime())
      throw wrong(path, 'Timestamp (a Date)', value)
    }
  }
  const bound = bounds[type]!
  const numberBound = Number(bound)
  return (value) => {
    // each kind is held against a bound of its own: comparing a number with a bigint is slow
    if (typeof value === 'number') {
      if (Number.isSafeInteger(value) && value >= -numberBound && value < numberBound) return String(value)
    } else if (typeof value === 'bigint' && value >= -bound && value < bound) return String(value)
    throw wrong(path, type, value)
  }
}

/** What JSON has no number for is a text. */
function floating(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`
  return Object.is(value, -0) ? '-0.0' : String(value)
}

function bytes(schema: RecordSchema, { decimalFormat }: JsonSchemaDataConfig, path: string): WriteJson {
  if (schema.name !== logical.decimal) {
    return (value) => {
      if (value instanceof Uint8Array) return base64(value)
      throw wrong(path, 'bytes', value)
    }
  }
  const scale = scaleOf(schema)
  return (value) => {
    const whole = unscaledDecimal(typed(value, 'string', path), scale)
    return decimalFormat === 'NUMERIC' ? decimalText(whole, scale) : base64(twosComplement(whole))
  }
}

function map(
  schema: RecordSchema & { readonly type: 'map' },
  config: JsonSchemaDataConfig,
  path: string,
): WriteJson {
  const plainKeys = hasPlainKeys(schema)
  const writeKey = compileWriteJson(schema.keys, config, `${path}{}`)
  const writeValue = compileWriteJson(schema.values, config, `${path}{}`)
  return (value) => {
    if (typeof value !== 'object' || Array.isArray(value)) throw wrong(path, 'map', value)
    const entries = value instanceof Map ? [...value] : Object.entries(value as object)
    return plainKeys
      ? `{${entries.map(([key, item]) => `${writeKey(key)}:${writeValue(item)}`).join(',')}}`
      : `[${entries.map(([key, item]) => `{"key":${writeKey(key)},"value":${writeValue(item)}}`).join(',')}]`
  }
}

function struct(
  schema: RecordSchema & { readonly type: 'struct' },
  config: JsonSchemaDataConfig,
  path: string,
): WriteJson {
  const fields = schema.fields.map(({ name, schema: inner }, index) => ({
    name,
    start: `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`,
    write: compileWriteJson(inner, config, path === '' ? name : `${path}.${name}`),
  }))
  return (value) => {
    if (typeof value !== 'object' || Array.isArray(value)) throw wrong(path, 'struct', value)
    let text = fields.length === 0 ? '{' : ''
    for (const { name, start, write } of fields) {
      text += start + write((value as Readonly<Record<string, unknown>>)[name])
    }
    return `${text}}`
  }
}

/** A struct that stands for a union is written as its one member. */
function union(
  schema: RecordSchema & { readonly type: 'struct' },
  config: JsonSchemaDataConfig,
  path: string,
): WriteJson {
  const members = schema.fields.map(({ name, schema: inner }) => ({
    name,
    write: compileWriteJson(inner, config, path === '' ? name : `${path}.${name}`),
  }))
  return (value) => {
    const fields = value as Readonly<Record<string, unknown>>
    const member = members.find(({ name }) => fields[name] !== null && fields[name] !== undefined)
    if (member) return member.write(fields[member.name])
    throw new RecordError(`${placed(path)} is a union of which no member is there.`)
  }
}

/** Values without a schema: plain JSON. Throws a RecordError for what JSON has no form for. */
export function writePlainJson(value: unknown): string {
  try {
    return stringifyJson(plainOf(value, 0))
  } catch (cause) {
    if (cause instanceof RecordError) throw cause
    throw new RecordError(`${shownValue(value)} has no form in JSON: ${(cause as Error).message}`, { cause })
  }
}

/** Values in values deeper than this are not read again. */
const deepest = 500

function plainOf(value: unknown, depth: number): unknown {
  if (depth > deepest) throw new RecordError('The value has values nested too deeply.')
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value !== 'object' || value === null) return value ?? null
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Date) return value.getTime()
  if (Array.isArray(value)) return value.map((item: unknown) => plainOf(item, depth + 1))
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return entries.every(([key]) => typeof key === 'string')
    ? Object.fromEntries(entries.map(([key, item]) => [key, plainOf(item, depth + 1)]))
    : entries.map(([key, item]) => ({ key: plainOf(key, depth + 1), value: plainOf(item, depth + 1) }))
}

interface Primitives {
  number: number
  boolean: boolean
  string: string
}

function typed<T extends keyof Primitives>(value: unknown, type: T, path: string): Primitives[T] {
  // The check is the line's point; TypeScript can't tie typeof to the type's name.
  if (typeof value === type) return value as Primitives[T]
  throw wrong(path, type, value)
}

function base64(value: Uint8Array): string {
  return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`
}

function wrong(path: string, wanted: string, value: unknown): RecordError {
  return new RecordError(`${placed(path)} is ${shownValue(value)}, but its schema says ${wanted}.`)
}

function placed(path: string): string {
  return path === '' ? 'The value' : `The field ${path}`
}
