import {
  RecordError,
  type RecordData,
  type RecordSchema,
  type StructField,
  type StructSchema,
} from '@sluice/template'

export type Side = 'key' | 'value'

export type Fields = Readonly<Record<string, unknown>>

/** The key or value with its schema. */
export function sideOf(record: RecordData, side: Side): { value: unknown; schema: RecordSchema | undefined } {
  return side === 'key'
    ? { value: record.key, schema: record.keySchema }
    : { value: record.value, schema: record.valueSchema }
}

/** The record with another key or value. */
export function withSide(
  record: RecordData,
  side: Side,
  data: { readonly value: unknown; readonly schema: RecordSchema | undefined },
): RecordData {
  return side === 'key'
    ? { ...record, key: data.value, keySchema: data.schema }
    : { ...record, value: data.value, valueSchema: data.schema }
}

/** The value as named fields, with its schema if it has one. Throws a RecordError for anything else. */
export function structured(
  data: { readonly value: unknown; readonly schema: RecordSchema | undefined },
  purpose: string,
): { readonly fields: Fields; readonly schema: StructSchema | undefined } {
  const { value, schema } = data
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (isObject && (schema === undefined || schema.type === 'struct')) {
    const fields = value instanceof Map ? (Object.fromEntries(value) as Fields) : (value as Fields)
    return { fields, schema }
  }
  throw new RecordError(`Only named fields can be used for ${purpose}, not ${schema?.type ?? typeof value}.`)
}

export function fieldOf(schema: StructSchema, name: string): StructField {
  const found = schema.fields.find((field) => field.name === name)
  if (found) return found
  throw new RecordError(`The schema ${schema.name ?? ''} has no field ${name}.`)
}

/** Computes once per schema object. */
export function perSchema<K extends object, T>(compute: (schema: K) => T): (schema: K) => T {
  const known = new WeakMap<K, { readonly result: T }>()
  return (schema) => {
    const before = known.get(schema)
    if (before) return before.result
    const result = compute(schema)
    known.set(schema, { result })
    return result
  }
}
