import { logical, type RecordSchema, type SinkRecord, stringifyJson } from '@sluice/template'

/** How a Decimal is written: as a number with all its digits, or as the JVM does it, base64 of the unscaled two's complement. */
export type DecimalFormat = 'NUMERIC' | 'BASE64'

/** The value as one JSON document without a raw newline; `null` for a null value, as the JVM's JsonFormat writes it. */
export function jsonOfValue(record: SinkRecord, decimals: DecimalFormat): string {
  const { value, valueSchema } = record
  if (valueSchema === undefined) return textOfAny(value) ?? 'null'
  return stringifyJson(plain(value, valueSchema, decimals))
}

/** The text of a value without a schema, made at once; undefined for what JSON leaves out. The same as of `plainOfAny`. */
function textOfAny(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return textOf(value)
    case 'number':
      return Number.isFinite(value) ? String(value) : `"${value}"`
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'object':
      return value === null ? 'null' : textOfObject(value)
    default:
      return undefined
  }
}

function textOfObject(value: object): string {
  if (Array.isArray(value)) return `[${value.map((item) => textOfAny(item) ?? 'null').join(',')}]`
  if (value instanceof Uint8Array || value instanceof Date) return JSON.stringify(plainOfAny(value))
  const object = (value instanceof Map ? Object.fromEntries(value) : value) as Record<string, unknown>
  let text = ''
  for (const name of Object.keys(object)) {
    const member = textOfAny(object[name])
    if (member !== undefined) text += `${text === '' ? '' : ','}${textOf(name)}:${member}`
  }
  return `{${text}}`
}

/** Nothing that JSON.stringify would escape: such a text only needs its quotation marks. */
const plainText = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/

function textOf(text: string): string {
  return plainText.test(text) ? `"${text}"` : JSON.stringify(text)
}

/** The value as JSON shows it, after the rules of Kafka's JsonConverter. int64 stays exact. */
function plain(value: unknown, schema: RecordSchema | undefined, decimals: DecimalFormat): unknown {
  const known = value ?? schema?.default ?? null
  if (known === null || schema === undefined) return plainOfAny(known)
  switch (schema.type) {
    case 'struct':
      return structOf(known as Record<string, unknown>, schema.fields, decimals)
    case 'array':
      return (known as readonly unknown[]).map((item) => plain(item, schema.items, decimals))
    case 'map':
      return mapOf(entriesOf(known), schema, decimals)
    case 'bytes':
      return schema.name === logical.decimal ? decimalOf(known as string, decimals) : plainOfAny(known)
    default:
      return plainOfAny(known)
  }
}

function structOf(
  value: Readonly<Record<string, unknown>>,
  fields: readonly { readonly name: string; readonly schema: RecordSchema }[],
  decimals: DecimalFormat,
): unknown {
  return Object.fromEntries(fields.map(({ name, schema }) => [name, plain(value[name], schema, decimals)]))
}

function entriesOf(value: unknown): readonly (readonly [unknown, unknown])[] {
  return value instanceof Map ? [...value] : Object.entries(value as object)
}

/** Keys that aren't strings have no place in a JSON object: such a map is a list of pairs. */
function mapOf(
  entries: readonly (readonly [unknown, unknown])[],
  schema: RecordSchema & { readonly type: 'map' },
  decimals: DecimalFormat,
): unknown {
  const pairs = entries.map(([key, value]) => [
    plain(key, schema.keys, decimals),
    plain(value, schema.values, decimals),
  ])
  return schema.keys.type === 'string' ? Object.fromEntries(pairs) : pairs
}

function plainOfAny(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => plainOfAny(item))
  const pairs = entriesOf(value).map(([key, member]) => [key, plainOfAny(member)])
  return Object.fromEntries(pairs)
}

function decimalOf(text: string, decimals: DecimalFormat): unknown {
  if (decimals === 'NUMERIC') return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text)
  return twosComplement(BigInt(text.replace('.', ''))).toString('base64')
}

/** Big-endian, in as few bytes as hold the sign: java.math.BigInteger.toByteArray. */
function twosComplement(value: bigint): Buffer {
  let bytes = 1
  while (BigInt.asIntN(bytes * 8, value) !== value) bytes++
  return Buffer.from(
    BigInt.asUintN(bytes * 8, value)
      .toString(16)
      .padStart(bytes * 2, '0'),
    'hex',
  )
}
