import { RecordError, type RecordSchema, type SchemaAndValue, type StructField } from '@sluice/template'
import { NumberText, parseExact } from '../../converters/json/parse-exact.ts'
import { setField } from '../fields.ts'

/** What a null within the JSON is: left out, or a field of bytes that is null. */
export type NullBehavior = 'ignore' | 'optional_bytes'

const keptSchemas = 1000

/**
 * Makes of a JSON object's text a value with the schema that it seems to have: objects are structs named by their path, lists have items
 * of one type. Equal schemas are the same object. Throws an Error for what has none.
 */
export function openExpandJson(how: {
  readonly name: string
  readonly nulls: NullBehavior
}): (text: string) => SchemaAndValue {
  const schemas = new Map<string, RecordSchema>()
  const kept = (schema: RecordSchema): RecordSchema => {
    const key = JSON.stringify(schema)
    const known = schemas.get(key)
    if (known) return known
    if (schemas.size >= keptSchemas) schemas.clear()
    schemas.set(key, schema)
    return schema
  }
  return (text) => {
    const json = parseExact(text)
    const schema = schemaOf(json, { path: how.name, nulls: how.nulls })
    if (schema?.type !== 'struct') throw new RecordError('The payload is no JSON object.')
    return { schema: kept(schema), value: valueOf(json, schema) }
  }
}

interface Place {
  readonly path: string
  readonly nulls: NullBehavior
}

/** Undefined for what has none and is left out. */
function schemaOf(json: unknown, place: Place): RecordSchema | undefined {
  switch (typeof json) {
    case 'string':
      return { type: 'string', optional: true }
    case 'boolean':
      return { type: 'boolean', optional: true }
    case 'number':
      return { type: BigInt.asIntN(32, BigInt(json)) === BigInt(json) ? 'int32' : 'int64', optional: true }
    case 'bigint':
      return { type: BigInt.asIntN(64, json) === json ? 'int64' : 'float64', optional: true }
    default:
      return schemaOfObject(json, place)
  }
}

function schemaOfObject(json: unknown, place: Place): RecordSchema | undefined {
  if (json === null) return place.nulls === 'optional_bytes' ? { type: 'bytes', optional: true } : undefined
  if (json instanceof NumberText) return { type: 'float64', optional: true }
  if (Array.isArray(json)) return arraySchema(json, place)
  const fields = Object.entries(json as object).flatMap(([name, value]): readonly StructField[] => {
    const path = place.path.trim() === '' ? name : `${place.path}.${name}`
    const schema = schemaOf(value, { ...place, path })
    return schema === undefined ? [] : [{ name, schema }]
  })
  return { type: 'struct', ...nameOf(place), optional: true, fields }
}

function nameOf({ path }: Place): { readonly name?: string } {
  return path === '' ? {} : { name: path }
}

function arraySchema(items: readonly unknown[], place: Place): RecordSchema | undefined {
  if (items.length === 0) return undefined
  const present = items.filter((item) => item !== null)
  const first = present[0]
  const other = present.find((item) => kindOf(item) !== kindOf(first))
  if (other !== undefined)
    throw new RecordError(`A list of the payload has both a ${kindOf(first)} and a ${kindOf(other)}.`)
  const schema =
    kindOf(first) === 'object'
      ? mergedSchema(present, place)
      : schemaOf(first ?? null, { ...place, path: '' })
  if (schema === undefined) throw new RecordError('A list of the payload has nothing but nulls.')
  return { type: 'array', items: schema, optional: true }
}

/** What items of one list must have in common; numbers in their width too. */
function kindOf(json: unknown): string {
  if (Array.isArray(json)) return 'list'
  if (json instanceof NumberText) return 'float64'
  if (typeof json === 'number' || typeof json === 'bigint')
    return schemaOf(json, { path: '', nulls: 'ignore' })!.type
  return typeof json
}

/** The fields of all of them; a type that was unknown for a null gives way to one that is known. */
function mergedSchema(objects: readonly unknown[], place: Place): RecordSchema | undefined {
  const fields = new Map<string, StructField>()
  const shapes = new Set<string>()
  for (const each of objects) {
    const schema = schemaOf(each, place)
    shapes.add(JSON.stringify(schema))
    for (const field of schema?.type === 'struct' ? schema.fields : []) {
      const known = fields.get(field.name)
      if (known === undefined || (known.schema.type === 'bytes' && field.schema.type !== 'bytes')) {
        fields.set(field.name, field)
      }
    }
  }
  return {
    type: 'struct',
    ...nameOf(place),
    fields: [...fields.values()],
    ...(shapes.size === 1 && { optional: true }),
  }
}

function valueOf(json: unknown, schema: RecordSchema): unknown {
  if (json instanceof NumberText) return Number(json.source)
  switch (schema.type) {
    case 'int64':
      return typeof json === 'number' ? BigInt(json) : json
    case 'float64':
      throw new RecordError(`The number ${String(json)} of the payload fits no type.`)
    case 'array':
      return Array.isArray(json)
        ? json.map((item) => (item === null ? null : valueOf(item, schema.items)))
        : json
    case 'struct':
      return structValue(json as object, schema.fields)
    default:
      return json
  }
}

function structValue(json: object, fields: readonly StructField[]): unknown {
  const struct: Record<string, unknown> = {}
  for (const { name, schema } of fields) {
    const value: unknown = Object.hasOwn(json, name) ? (json as Record<string, unknown>)[name] : null
    setField(struct, name, value === null ? null : valueOf(value, schema))
  }
  return struct
}
