import {
  decimalText,
  fromTwosComplement,
  logical,
  RecordError,
  type RecordSchema,
  scaleOf,
  shownValue,
  unscaledDecimal,
} from '@sluice/template'
import { hasPlainKeys, isUnion } from './kinds.ts'
import { type Digits, NumberText } from './parse-json.ts'

/** From parsed JSON to the value that its schema says. Throws a RecordError for what doesn't fit. */
export type ReadJson = (json: unknown) => unknown

/** A Decimal is a number in the JSON, or a union has to be told by one, so that `quick` won't do. */
export class DigitsWanted extends Error {}

/** `digits`: how what is read was parsed. Where they are `quick` and won't do, reading throws DigitsWanted. */
export function compileReadJson(schema: RecordSchema, digits: Digits): ReadJson {
  return compile(schema, { digits, path: '' })
}

interface Place {
  readonly digits: Digits
  readonly path: string
}

function compile(schema: RecordSchema, place: Place): ReadJson {
  const read = compileNonNull(schema, place)
  const { path } = place
  const { default: fallback, optional } = schema
  return (json) => {
    if (json !== null && json !== undefined) return read(json)
    if (fallback !== undefined && fallback !== null) return fallback
    if (optional || json === undefined) return null
    throw new RecordError(`${placed(path)} is null, but its schema is not optional.`)
  }
}

function compileNonNull(schema: RecordSchema, place: Place): ReadJson {
  const { path } = place
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
      return smallInteger(schema, path)
    case 'int64':
      return schema.name === logical.timestamp
        ? (json) => timestamp(path, json)
        : (json) => integer(path, json)
    case 'float32':
      return (json) => Math.fround(floating(path, json))
    case 'float64':
      return (json) => floating(path, json)
    case 'boolean':
    case 'string': {
      const { type } = schema
      return (json) => (typeof json === type ? json : refuse(path, type, json))
    }
    case 'bytes':
      return schema.name === logical.decimal ? decimal(scaleOf(schema), place) : (json) => bytes(path, json)
    case 'array': {
      const read = compile(schema.items, { ...place, path: `${path}[]` })
      return (json) => (Array.isArray(json) ? json.map(read) : refuse(path, 'array', json))
    }
    case 'map':
      return map(schema, place)
    case 'struct':
      return isUnion(schema) ? union(schema, place) : struct(schema, place)
  }
}

/** Values in values deeper than this are an attack on the stack. */
const deepest = 500

/** Values without a schema: integers as int64, other numbers as doubles. */
export function plainValue(json: unknown, depth = 0): unknown {
  if (depth > deepest) throw new RecordError('A record has values nested too deeply.')
  if (json instanceof NumberText) return Number(json.source)
  if (typeof json === 'number') return BigInt(json)
  if (Array.isArray(json)) return json.map((item: unknown) => plainValue(item, depth + 1))
  if (typeof json !== 'object' || json === null) return json
  return new Map(Object.entries(json).map(([key, item]) => [key, plainValue(item, depth + 1)]))
}

const bounds: Readonly<Record<string, number>> = { int8: 2 ** 7, int16: 2 ** 15, int32: 2 ** 31 }

function smallInteger({ type }: RecordSchema, path: string): ReadJson {
  const bound = bounds[type]!
  return (json) => {
    const value = Number(integer(path, json))
    return value >= -bound && value < bound ? value : refuse(path, type, json)
  }
}

function integer(path: string, json: unknown): bigint {
  // 1.0 is an integer in JSON Schema
  const value = json instanceof NumberText ? wholeOf(json) : json
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value
  return Number.isSafeInteger(value) ? BigInt(value as number) : refuse(path, 'integer', json)
}

function wholeOf({ source }: NumberText): number | undefined {
  const value = Number(source)
  return Number.isSafeInteger(value) ? value : undefined
}

/** As far from 1970 as a Date reaches, in milliseconds. */
const furthest = 8_640_000_000_000_000n

function timestamp(path: string, json: unknown): Date {
  const value = integer(path, json)
  return value >= -furthest && value <= furthest ? new Date(Number(value)) : refuse(path, 'Timestamp', json)
}

function floating(path: string, json: unknown): number {
  if (json instanceof NumberText) return Number(json.source)
  const special = json === 'NaN' || json === 'Infinity' || json === '-Infinity'
  return typeof json === 'number' || typeof json === 'bigint' || special
    ? Number(json)
    : refuse(path, 'number', json)
}

function bytes(path: string, json: unknown): Uint8Array {
  return typeof json === 'string'
    ? new Uint8Array(Buffer.from(json, 'base64'))
    : refuse(path, 'bytes in Base64', json)
}

/** Written either way it is understood. */
function decimal(scale: number, { digits, path }: Place): ReadJson {
  return (json) => {
    if (typeof json === 'string') return decimalText(fromTwosComplement(Buffer.from(json, 'base64')), scale)
    const source = json instanceof NumberText ? json.source : json
    if (typeof source !== 'number' && typeof source !== 'bigint' && typeof source !== 'string') {
      return refuse(path, 'Decimal', json)
    }
    if (digits === 'quick') throw new DigitsWanted()
    return decimalText(unscaledDecimal(plainNotation(path, String(source)), scale), scale)
  }
}

/** More zeros than this no one means. */
const mostZeros = 10_000

/** A number with an exponent in plain notation. */
function plainNotation(path: string, source: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(source)
  if (!match) return source
  const [, sign, whole, fraction = '', exponent] = match
  const shift = Number(exponent)
  if (Math.abs(shift) > mostZeros)
    return refuse(path, 'Decimal of a size that is kept', new NumberText(source))
  const digits = whole! + fraction
  const point = whole!.length + shift
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return point >= digits.length
    ? `${sign}${digits.padEnd(point, '0')}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

function map(schema: RecordSchema & { readonly type: 'map' }, place: Place): ReadJson {
  const { path } = place
  const readKey = compile(schema.keys, { ...place, path: `${path}{}` })
  const readValue = compile(schema.values, { ...place, path: `${path}{}` })
  if (hasPlainKeys(schema)) {
    return (json) => {
      if (!isObject(json)) return refuse(path, 'map', json)
      return new Map(Object.entries(json).map(([key, item]) => [key, readValue(item)]))
    }
  }
  return (json) => {
    if (!Array.isArray(json)) return refuse(path, 'map of key and value', json)
    return new Map(
      json.map((entry: unknown) => {
        if (!isObject(entry)) return refuse(path, 'map of key and value', entry)
        return [readKey(entry['key'] ?? null), readValue(entry['value'] ?? null)] as const
      }),
    )
  }
}

function struct(schema: RecordSchema & { readonly type: 'struct' }, place: Place): ReadJson {
  const fields = schema.fields.map((field) => ({
    name: field.name,
    read: compile(field.schema, under(place, field.name)),
  }))
  return (json) => {
    if (!isObject(json)) return refuse(place.path, 'struct', json)
    const whole: Record<string, unknown> = {}
    for (const { name, read } of fields) {
      setOwn(whole, name, read(Object.hasOwn(json, name) ? json[name] : undefined))
    }
    return whole
  }
}

function under(place: Place, name: string): Place {
  return { ...place, path: place.path === '' ? name : `${place.path}.${name}` }
}

/** A plain assignment to this one name would set the prototype. */
function setOwn(whole: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') whole[name] = value
  else Object.defineProperty(whole, name, { value, enumerable: true, configurable: true, writable: true })
}

/** The member whose type fits, or, of structs, the one that shares the most fields with the value. */
function union(schema: RecordSchema & { readonly type: 'struct' }, place: Place): ReadJson {
  const { digits, path } = place
  const members = schema.fields.map(({ name, schema: inner }) => ({
    name,
    schema: inner,
    read: compile(inner, under(place, name)),
  }))
  return (json) => {
    if (digits === 'quick') throw new DigitsWanted()
    const best = members
      .map((member) => ({ member, fit: fitOf(member.schema, json) }))
      .reduce((one, other) => (other.fit > one.fit ? other : one))
    if (best.fit < 0) return refuse(path, 'type of the union', json)
    const { name: chosen, read } = best.member
    return Object.fromEntries(members.map(({ name }) => [name, name === chosen ? read(json) : null]))
  }
}

/** How well a value fits a schema: -1 not at all, Infinity by its type, else the number of fields in common. */
function fitOf(schema: RecordSchema, json: unknown): number {
  if (schema.type === 'struct' && !isUnion(schema)) {
    if (!isObject(json)) return -1
    return schema.fields.filter(({ name }) => Object.hasOwn(json, name)).length
  }
  return isOfType(schema, json) ? Infinity : -1
}

function isOfType(schema: RecordSchema, json: unknown): boolean {
  switch (schema.type) {
    case 'boolean':
    case 'string':
      return typeof json === schema.type
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
      return typeof json === 'number' || typeof json === 'bigint'
    case 'float32':
    case 'float64':
      return typeof json === 'number' || typeof json === 'bigint' || json instanceof NumberText
    case 'bytes':
      return schema.name === logical.decimal ? json instanceof NumberText : typeof json === 'string'
    case 'array':
      return Array.isArray(json)
    case 'map':
      return isObject(json) || Array.isArray(json)
    case 'struct':
      return schema.fields.some((field) => fitOf(field.schema, json) >= 0)
  }
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && !(json instanceof NumberText)
}

function refuse(path: string, wanted: string, json: unknown): never {
  const shown = json instanceof NumberText ? `the number ${json.source}` : shownValue(json)
  throw new RecordError(`${placed(path)} is no ${wanted} but ${shown}.`)
}

function placed(path: string): string {
  return path === '' ? 'The value' : `The field ${path}`
}
