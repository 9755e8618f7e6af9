import { logical, RecordError, type RecordSchema, scaleOf } from '@sluice/template'

/** Turns a value into JSON text. Throws a RecordError for what has no JSON form or breaks its schema. */
export type JsonWriter = (value: unknown) => string

export interface JsonStyle {
  /** Maps with string keys become objects; false: arrays of `{"key":...,"value":...}`, as other maps always do. */
  readonly compactMapEntries: boolean
}

/**
 * Writers by schema, compiled once for each. Numbers are exact: int64 in all its digits, Decimal as a number with its scale. Bytes
 * are base64; Date, Time and Timestamp are the integers that Kafka Connect stores, as its own JSON converter writes them.
 */
export function jsonWriters(style: JsonStyle): (schema: RecordSchema | undefined) => JsonWriter {
  const compiled = new WeakMap<RecordSchema, JsonWriter>()
  const plain = plainWriter(style)
  const writerOf = (schema: RecordSchema): JsonWriter => {
    let writer = compiled.get(schema)
    if (writer === undefined)
      compiled.set(schema, (writer = nullable(schema, compile(schema, style, writerOf))))
    return writer
  }
  return (schema) => (schema === undefined ? plain : writerOf(schema))
}

function nullable(schema: RecordSchema, write: JsonWriter): JsonWriter {
  return (value) => {
    if (value !== null && value !== undefined) return write(value)
    if (schema.default !== undefined && schema.default !== null) return write(schema.default)
    if (schema.optional === true) return 'null'
    throw new RecordError(`A value of the required type ${schema.name ?? schema.type} is null.`)
  }
}

type WriterOf = (schema: RecordSchema) => JsonWriter

function compile(schema: RecordSchema, style: JsonStyle, writerOf: WriterOf): JsonWriter {
  switch (schema.type) {
    case 'struct': {
      const fields = schema.fields.map(
        ({ name, schema: inner }) => [name, `${JSON.stringify(name)}:`, writerOf(inner)] as const,
      )
      return (value) => {
        const record = value as Readonly<Record<string, unknown>>
        let text = ''
        for (const [name, label, write] of fields)
          text += (text === '' ? '' : ',') + label + write(record[name])
        return `{${text}}`
      }
    }
    case 'array': {
      const write = writerOf(schema.items)
      return (value) => `[${(value as unknown[]).map(write).join(',')}]`
    }
    case 'map': {
      const asObject = style.compactMapEntries && schema.keys.type === 'string'
      return (value) => mapText(entriesOf(value), asObject, [writerOf(schema.keys), writerOf(schema.values)])
    }
    default:
      return scalarWriter(schema)
  }
}

function scalarWriter(schema: RecordSchema): JsonWriter {
  if (schema.name === logical.decimal) return (value) => decimalText(value, scaleOf(schema))
  return scalarText
}

function plainWriter(style: JsonStyle): JsonWriter {
  const write: JsonWriter = (value) => {
    if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) {
      return scalarText(value)
    }
    if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
    if (!(value instanceof Map)) return objectText(value as Readonly<Record<string, unknown>>, write)
    const entries = entriesOf(value)
    const asObject = style.compactMapEntries && entries.every(([key]) => typeof key === 'string')
    return mapText(entries, asObject, [write, write])
  }
  return write
}

function objectText(object: Readonly<Record<string, unknown>>, write: JsonWriter): string {
  let text = ''
  for (const name of Object.keys(object)) {
    text += `${text === '' ? '' : ','}${labelOf(name)}${write(object[name])}`
  }
  return `{${text}}`
}

/** Names of fields are few, and come again in each document. */
const labels = new Map<string, string>()
const mostLabels = 1000

function labelOf(name: string): string {
  const known = labels.get(name)
  if (known !== undefined) return known
  const label = `${JSON.stringify(name)}:`
  if (labels.size < mostLabels) labels.set(name, label)
  return label
}

/** Nothing that JSON.stringify would escape: such a text only needs its quotation marks. */
const plainText = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/

function stringText(value: string): string {
  return plainText.test(value) ? `"${value}"` : JSON.stringify(value)
}

function entriesOf(value: unknown): [unknown, unknown][] {
  return value instanceof Map ? [...value] : Object.entries(value as object)
}

function mapText(
  entries: readonly [unknown, unknown][],
  asObject: boolean,
  [writeKey, writeValue]: readonly [JsonWriter, JsonWriter],
): string {
  const texts = asObject
    ? entries.map(([key, value]) => `${JSON.stringify(String(key))}:${writeValue(value)}`)
    : entries.map(([key, value]) => `{"key":${writeKey(key)},"value":${writeValue(value)}}`)
  return asObject ? `{${texts.join(',')}}` : `[${texts.join(',')}]`
}

function scalarText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return stringText(value)
    case 'number':
      return Number.isFinite(value) ? String(value) : `"${value}"`
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'undefined':
      return 'null'
  }
  if (value === null) return 'null'
  if (value instanceof Date) return String(value.getTime())
  if (value instanceof Uint8Array) {
    return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`
  }
  throw new RecordError(`A value of type ${typeof value} has no JSON form.`)
}

function decimalText(value: unknown, scale: number): string {
  const text = typeof value === 'string' ? value : typeof value === 'number' ? value.toFixed(scale) : ''
  if (!/^-?\d+(\.\d+)?$/.test(text))
    throw new RecordError(`"${String(value)}" is no Decimal in plain notation.`)
  // JSON has no leading zeros; a Decimal in plain notation has none but the one before the point.
  return text
}
