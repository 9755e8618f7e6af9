import {
  decimalText,
  fromTwosComplement,
  logical,
  RecordError,
  type RecordSchema,
  scaleOf,
  shownValue,
  type StructSchema,
} from '@sluice/template'
import { numberToPlain } from './decimals.ts'
import { NumberText } from './parse-exact.ts'

export interface ReadOptions {
  readonly replaceNullWithDefault: boolean
  /** The JSON was parsed without keeping the digits of numbers: a Decimal that is one throws DigitsWanted. */
  readonly digitsLost?: boolean
}

/** A Decimal is a number in the JSON, so its text is needed. */
export class DigitsWanted extends Error {}

/** From parsed JSON to the value that its schema says. Throws a RecordError for what doesn't fit. */
export type Read = (json: unknown) => unknown

export function compileRead(schema: RecordSchema, options: ReadOptions, path = ''): Read {
  const read = compileNonNull(schema, options, path)
  const { default: fallback } = schema
  return (json) => {
    if (json !== null && json !== undefined) return read(json)
    if (fallback !== undefined && fallback !== null && options.replaceNullWithDefault) return fallback
    if (schema.optional) return null
    throw new RecordError(`${placed(path)} is null or missing, but its schema is not optional.`)
  }
}

function compileNonNull(schema: RecordSchema, options: ReadOptions, path: string): Read {
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
      return (json) => (typeof json === 'number' ? json : refuse(path, schema.type, json))
    case 'int64':
      return schema.name === logical.timestamp
        ? (json) => new Date(Number(integer(path, json)))
        : (json) => integer(path, json)
    case 'float32':
      return (json) => Math.fround(floating(path, json))
    case 'float64':
      return (json) => floating(path, json)
    case 'boolean':
      return (json) => (typeof json === 'boolean' ? json : refuse(path, 'boolean', json))
    case 'string':
      return (json) => (typeof json === 'string' ? json : refuse(path, 'string', json))
    case 'bytes':
      return schema.name === logical.decimal
        ? decimal(path, scaleOf(schema), options)
        : (json) => bytes(path, json)
    case 'array': {
      const read = compileRead(schema.items, options, `${path}[]`)
      return (json) => (Array.isArray(json) ? json.map(read) : refuse(path, 'array', json))
    }
    case 'map': {
      const key = compileRead(schema.keys, options, `${path}{}`)
      const value = compileRead(schema.values, options, `${path}{}`)
      return (json) => new Map(pairs(path, json).map(([k, v]) => [key(k), value(v)]))
    }
    case 'struct':
      return struct(schema, options, path)
  }
}

function struct(schema: StructSchema, options: ReadOptions, path: string): Read {
  const fields = schema.fields.map(({ name, schema: inner }) => ({
    name,
    read: compileRead(inner, options, path === '' ? name : `${path}.${name}`),
  }))
  return (json) => {
    if (typeof json !== 'object' || Array.isArray(json)) return refuse(path, 'struct', json)
    const object = json as Record<string, unknown>
    const result: Record<string, unknown> = {}
    for (const { name, read } of fields) {
      const value = read(Object.hasOwn(object, name) ? object[name] : undefined)
      if (name !== '__proto__') result[name] = value
      else define(result, name, value)
    }
    return result
  }
}

/** A plain assignment to this one name would set the prototype. */
function define(of: object, name: string, value: unknown): void {
  Object.defineProperty(of, name, { value, enumerable: true, configurable: true, writable: true })
}

function integer(path: string, json: unknown): bigint {
  if (typeof json === 'bigint') return json
  return Number.isSafeInteger(json) ? BigInt(json as number) : refuse(path, 'int64', json)
}

/** What JSON has no number for is a text in it: "NaN", "Infinity", "-Infinity". */
function floating(path: string, json: unknown): number {
  if (typeof json === 'number') return json
  if (typeof json === 'bigint' || json === 'NaN' || json === 'Infinity' || json === '-Infinity')
    return Number(json)
  return json instanceof NumberText ? Number(json.source) : refuse(path, 'number', json)
}

function bytes(path: string, json: unknown): Uint8Array {
  return typeof json === 'string' ? Buffer.from(json, 'base64') : refuse(path, 'bytes in Base64', json)
}

/** Written either way it is understood, whatever `decimal.format` says. */
function decimal(path: string, scale: number, { digitsLost = false }: ReadOptions): Read {
  return (json) => {
    if (typeof json === 'string') return decimalText(fromTwosComplement(Buffer.from(json, 'base64')), scale)
    if (json instanceof NumberText) return numberToPlain(json.source, scale)
    if (typeof json !== 'number' && typeof json !== 'bigint') return refuse(path, 'Decimal', json)
    if (digitsLost) throw new DigitsWanted()
    return numberToPlain(String(json), scale)
  }
}

function pairs(path: string, json: unknown): readonly (readonly [unknown, unknown])[] {
  if (typeof json !== 'object' || json === null) return refuse(path, 'map', json)
  if (!Array.isArray(json)) return Object.entries(json)
  return json.map((pair: unknown) => {
    if (!Array.isArray(pair) || pair.length !== 2) return refuse(path, 'map of pairs', pair)
    return [pair[0], pair[1]] as const
  })
}

function refuse(path: string, wanted: string, json: unknown): never {
  throw new RecordError(`${placed(path)} is no ${wanted} but ${shown(json)}.`)
}

function shown(json: unknown): string {
  return json instanceof NumberText ? `the number ${json.source}` : shownValue(json)
}

function placed(path: string): string {
  return path === '' ? 'The value' : `The field ${path}`
}
