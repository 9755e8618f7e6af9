import {
  type ArraySchema,
  decimalText,
  logical,
  type MapSchema,
  RecordError,
  type RecordSchema,
  scaleOf,
  shownValue,
  type StructSchema,
  twosComplement,
  unscaledDecimal,
} from '@sluice/template'
import { bigDecimalText, doubleText, floatText } from './java-numbers.ts'
import { base64, property, quote } from './json-text.ts'

export interface WriteOptions {
  readonly decimals: 'BASE64' | 'NUMERIC'
  readonly replaceNullWithDefault: boolean
}

/** A value as JSON. Throws a RecordError for a value that its schema doesn't allow. */
export type Write = (value: unknown) => string

/**
 * Compiles a schema into what writes its values. `path` names the place in messages ("id", "address.zip"; empty at the top).
 */
export function compileWrite(schema: RecordSchema, options: WriteOptions, path = ''): Write {
  const write = compileNonNull(schema, options, path)
  const none = nullText(schema, options, write)
  return (value) => {
    if (value !== null && value !== undefined) return write(value)
    if (none !== undefined) return none
    throw new RecordError(`${placed(path)} is null, but its schema is not optional and has no default.`)
  }
}

/** What stands for null; undefined where null isn't allowed. */
export function nullText(schema: RecordSchema, options: WriteOptions, write: Write): string | undefined {
  const { default: fallback } = schema
  if (options.replaceNullWithDefault && fallback !== undefined && fallback !== null) return write(fallback)
  return schema.optional ? 'null' : undefined
}

function compileNonNull(schema: RecordSchema, options: WriteOptions, path: string): Write {
  switch (schema.type) {
    case 'int8':
      return integer(path, schema, 2 ** 7)
    case 'int16':
      return integer(path, schema, 2 ** 15)
    case 'int32':
      return integer(path, schema, 2 ** 31)
    case 'int64':
      return schema.name === logical.timestamp ? timestamp(path) : long(path)
    case 'float32':
      return (value) => floatText(typed(value, 'number', path))
    case 'float64':
      return (value) => doubleText(typed(value, 'number', path))
    case 'boolean':
      return (value) => (typed(value, 'boolean', path) ? 'true' : 'false')
    case 'string':
      return (value) => quote(typed(value, 'string', path))
    case 'bytes':
      return schema.name === logical.decimal ? decimal(path, scaleOf(schema), options) : bytes(path)
    case 'array':
      return array(schema, options, path)
    case 'map':
      return map(schema, options, path)
    case 'struct':
      return struct(schema, options, path)
  }
}

function integer(path: string, schema: RecordSchema, bound: number): Write {
  return (value) => {
    if (Number.isInteger(value) && (value as number) >= -bound && (value as number) < bound)
      return String(value)
    if (typeof value === 'bigint' && value >= -bound && value < bound) return String(value)
    throw mismatch(path, schema.type, value)
  }
}

function long(path: string): Write {
  return (value) => {
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return String(value)
    if (Number.isSafeInteger(value)) return String(value)
    throw mismatch(path, 'int64', value)
  }
}

function timestamp(path: string): Write {
  return (value) => {
    if (value instanceof Date && !Number.isNaN(value.getTime())) return String(value.getTime())
    throw mismatch(path, 'Timestamp (a Date)', value)
  }
}

function bytes(path: string): Write {
  return (value) => {
    if (value instanceof Uint8Array) return base64(value)
    throw mismatch(path, 'bytes', value)
  }
}

function decimal(path: string, scale: number, { decimals }: WriteOptions): Write {
  return (value) => {
    const unscaled = unscaledDecimal(typed(value, 'string', path), scale)
    return decimals === 'BASE64'
      ? base64(twosComplement(unscaled))
      : bigDecimalText(decimalText(unscaled, scale))
  }
}

function array(schema: ArraySchema, options: WriteOptions, path: string): Write {
  const write = compileWrite(schema.items, options, `${path}[]`)
  return (value) => {
    if (!Array.isArray(value)) throw mismatch(path, 'array', value)
    return `[${value.map(write).join(',')}]`
  }
}

/** With keys that are strings an object, otherwise an array of pairs. */
function map(schema: MapSchema, options: WriteOptions, path: string): Write {
  const plainKeys = schema.keys.type === 'string'
  const writeKey = compileWrite(
    plainKeys ? { ...schema.keys, optional: false } : schema.keys,
    options,
    `${path}{}`,
  )
  const writeValue = compileWrite(schema.values, options, `${path}{}`)
  return (value) => {
    if (typeof value !== 'object') throw mismatch(path, 'map', value)
    const entries = value instanceof Map ? [...value] : Object.entries(value as object)
    return plainKeys
      ? `{${entries.map(([key, item]) => `${writeKey(key)}:${writeValue(item)}`).join(',')}}`
      : `[${entries.map(([key, item]) => `[${writeKey(key)},${writeValue(item)}]`).join(',')}]`
  }
}

function struct(schema: StructSchema, options: WriteOptions, path: string): Write {
  const fields = schema.fields.map((field, index) => ({
    name: field.name,
    start: (index === 0 ? '{' : ',') + property(field.name),
    write: compileWrite(field.schema, options, path === '' ? field.name : `${path}.${field.name}`),
  }))
  if (fields.length === 0) return () => '{}'
  return (value) => {
    if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(path, 'struct', value)
    let text = ''
    for (const { name, start, write } of fields) {
      text += start + write((value as Record<string, unknown>)[name])
    }
    return `${text}}`
  }
}

interface Primitives {
  number: number
  boolean: boolean
  string: string
}

function typed<T extends keyof Primitives>(value: unknown, type: T, path: string): Primitives[T] {
  // The check is the line's point; TypeScript can't tie typeof to the type's name.
  if (typeof value === type) return value as Primitives[T]
  throw mismatch(path, type, value)
}

function mismatch(path: string, wanted: string, value: unknown): RecordError {
  return new RecordError(`${placed(path)} is ${shownValue(value)}, but its schema says ${wanted}.`)
}

function placed(path: string): string {
  return path === '' ? 'The value' : `The field ${path}`
}
