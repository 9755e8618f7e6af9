import {
  RecordError,
  type RecordSchema,
  shownValue,
  type StructField,
  type StructSchema,
} from '@sluice/template'

export type Fields = Readonly<Record<string, unknown>>

/**
 * The value as named fields. Throws a RecordError for anything else. Names come from strangers: read them with `fieldIn` and
 * write them with `setField`, which never touch a prototype.
 */
export function fieldsOf(value: unknown, purpose: string): Fields {
  if (value instanceof Map) return fieldsOfMap(value, purpose)
  if (isFields(value)) return value
  throw new RecordError(`Only named fields can be used for ${purpose}, and this is ${shownValue(value)}.`)
}

/** The schema as one of named fields. Throws a RecordError for any other. */
export function structOf(schema: RecordSchema, purpose: string): StructSchema {
  if (schema.type === 'struct') return schema
  throw new RecordError(`Only named fields can be used for ${purpose}, and the schema says ${schema.type}.`)
}

function isFields(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !(value instanceof Uint8Array || value instanceof Date)
}

function fieldsOfMap(map: ReadonlyMap<unknown, unknown>, purpose: string): Fields {
  for (const key of map.keys()) {
    if (typeof key === 'string') continue
    throw new RecordError(`A map can be used for ${purpose} if its keys are texts, and one is ${typeof key}.`)
  }
  return Object.fromEntries(map) as Fields
}

/** The field's value; undefined where there is none, whatever a prototype may have under that name. */
export function fieldIn(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

/** Sets a field of an object that is being made; `__proto__` becomes a field like any other. */
export function setField(fields: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') fields[name] = value
  else Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true })
}

/** Every field but the schema's default in place of null, if that is wanted. */
export function valueOf(
  fields: Fields,
  { name, schema }: StructField,
  how: { readonly replaceNullWithDefault: boolean },
): unknown {
  const value = fieldIn(fields, name) ?? null
  return value === null && how.replaceNullWithDefault ? (schema.default ?? null) : value
}

/** May null become something else in one of the fields? */
export function hasDefaults(schema: StructSchema): boolean {
  return schema.fields.some((field) => !isNull(field.schema.default))
}

export function fieldNamed(schema: StructSchema, name: string): StructField {
  const found = schema.fields.find((field) => field.name === name)
  if (found) return found
  throw new RecordError(`The schema ${schema.name ?? 'of the record'} has no field ${name}.`)
}

export function isNull(value: unknown): value is null | undefined {
  return value === null || value === undefined
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
