import type { RecordSchema, SchemaAndValue } from '@sluice/template'
import { castTo } from '../built-in/cast-value.ts'
import { isNull } from '../fields.ts'

/**
 * The text of a value that `parseLiteral` reads: of a string itself, of lists, maps and structs what they look like, with strings quoted in them.
 * Throws for what has no text. Source: org.apache.kafka.connect.data.Values.
 */
export function literalText({ schema, value }: SchemaAndValue): string {
  return textOf(value, schema, false)
}

function textOf(value: unknown, schema: RecordSchema | undefined, within: boolean): string {
  if (isNull(value)) return isNull(schema?.default) ? 'null' : textOf(schema?.default, schema, within)
  if (Array.isArray(value)) {
    const items = schema?.type === 'array' ? schema.items : undefined
    return `[${value.map((item) => textOf(item, items, true)).join(',')}]`
  }
  if (isScalar(value)) return scalarText(value, schema, within)
  const members = schema?.type === 'struct' ? structMembers(value, schema.fields) : mapMembers(value, schema)
  return `{${members.join(',')}}`
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value instanceof Uint8Array || value instanceof Date
}

function scalarText(value: unknown, schema: RecordSchema | undefined, within: boolean): string {
  const isText = typeof value === 'string' && (schema === undefined || schema.type === 'string')
  if (!isText && schema?.type === 'string') throw new TypeError('its schema says string')
  const text = isText ? value : (castTo('string', schema)(value) as string)
  if (!within || !(isText || value instanceof Uint8Array)) return text
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function structMembers(
  value: unknown,
  fields: readonly { readonly name: string; readonly schema: RecordSchema }[],
): readonly string[] {
  const struct = value as Readonly<Record<string, unknown>>
  return fields.map(({ name, schema }) => {
    const member = Object.hasOwn(struct, name) ? struct[name] : null
    return `${textOf(name, undefined, true)}:${textOf(member, schema, true)}`
  })
}

function mapMembers(value: unknown, schema: RecordSchema | undefined): readonly string[] {
  const entries: readonly (readonly [unknown, unknown])[] =
    value instanceof Map ? [...value] : Object.entries(value as object)
  const { keys, values } = schema?.type === 'map' ? schema : { keys: undefined, values: undefined }
  return entries.map(([key, member]) => `${textOf(key, keys, true)}:${textOf(member, values, true)}`)
}
