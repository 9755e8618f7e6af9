import {
  RecordError,
  type RecordSchema,
  shownValue,
  string,
  type StructField,
  type StructSchema,
} from '@sluice/template'
import { type Fields, fieldsOf, isNull, perSchema, setField, structOf, valueOf } from '../fields.ts'
import { bothSides } from '../sides.ts'
import { basicsOf } from '../struct-rewrite.ts'

const purpose = 'flattening'

/** Lifts the fields of structs within structs to the top. */
export const [flattenOfKey, flattenOfValue] = bothSides({
  name: 'Flatten',
  doc: (side) =>
    `Lifts the fields of structs within the ${side} to the top, under the names of all levels. Arrays stay as they are. A ${side} that is null stays so.`,
  config: {
    delimiter: string({ doc: 'Stands between the names of two levels.', importance: 'MEDIUM', default: '.' }),
  },
  open: ({ delimiter }) => {
    const rewriteOf = perSchema((schema: RecordSchema) => compile(structOf(schema, purpose), delimiter))
    return (data) => {
      if (isNull(data.value)) return data
      const fields = fieldsOf(data.value, purpose)
      if (data.schema === undefined) return { value: flattened(fields, delimiter), schema: undefined }
      const rewrite = rewriteOf(data.schema)
      return { value: rewrite.copy(fields), schema: rewrite.schema }
    }
  },
})

/** One field of the flat struct: where it comes from, and what it is now. */
interface Leaf extends StructField {
  readonly path: readonly StructField[]
}

interface FlatRewrite {
  readonly schema: StructSchema
  copy(fields: Fields): Fields
}

function compile(schema: StructSchema, delimiter: string): FlatRewrite {
  const leaves = leavesOf(schema, {
    path: [],
    delimiter,
    optional: schema.optional ?? false,
    fallback: schema.default,
  })
  const names = new Set(leaves.map(({ name }) => name))
  if (names.size < leaves.length)
    throw new RecordError('Flattening would give the record two fields of one name.')
  const copy = (fields: Fields): Fields => {
    const result: Record<string, unknown> = {}
    for (const { name, path } of leaves) setField(result, name, valueAt(fields, path))
    return result
  }
  const fields = leaves.map(({ name, schema: of }) => ({ name, schema: of }))
  return { schema: { ...basicsOf(schema), type: 'struct', fields }, copy }
}

interface Level {
  readonly path: readonly StructField[]
  readonly delimiter: string
  /** Something above may be null. */
  readonly optional: boolean
  /** The default of the struct above. */
  readonly fallback: unknown
}

function leavesOf(schema: StructSchema, level: Level): readonly Leaf[] {
  return schema.fields.flatMap((field): readonly Leaf[] => {
    const path = [...level.path, field]
    const optional = level.optional || (field.schema.optional ?? false)
    const fallback = field.schema.default ?? defaultWithin(level.fallback, field)
    switch (field.schema.type) {
      case 'struct':
        return leavesOf(field.schema, { ...level, path, optional, fallback })
      case 'map':
        throw new RecordError(`The field ${field.name} is a map, which flattening has no fields for.`)
      default:
        return [
          { name: nameOf(path, level.delimiter), path, schema: leafSchema(field.schema, optional, fallback) },
        ]
    }
  })
}

function defaultWithin(struct: unknown, field: StructField): unknown {
  return isNull(struct) ? undefined : valueOf(struct as Fields, field, { replaceNullWithDefault: true })
}

function leafSchema(schema: RecordSchema, optional: boolean, fallback: unknown): RecordSchema {
  const { optional: _optional, default: _default, ...rest } = schema
  return { ...rest, ...(optional && { optional }), ...(!isNull(fallback) && { default: fallback }) }
}

/** Null where a struct on the way is null. */
function valueAt(fields: Fields, path: readonly StructField[]): unknown {
  let current: unknown = fields
  for (const field of path) {
    if (isNull(current)) return null
    current = valueOf(fieldsOf(current, purpose), field, { replaceNullWithDefault: true })
  }
  return current
}

function nameOf(path: readonly StructField[], delimiter: string): string {
  return path.reduce((above, { name }) => joined(above, { name, delimiter }), '')
}

/** Nothing comes between an empty name and the next. */
function joined(above: string, { name, delimiter }: { name: string; delimiter: string }): string {
  return above === '' ? name : above + delimiter + name
}

/** A loop rather than a recursion: how deep values without a schema go is up to those who write them. */
function flattened(fields: Fields, delimiter: string): Fields {
  const result: Record<string, unknown> = {}
  const waiting: { readonly name: string; readonly value: unknown }[] = entriesOf(fields, {
    above: '',
    delimiter,
  })
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const inner = innerFields(next)
    if (inner === undefined) setField(result, next.name, next.value)
    else for (const entry of entriesOf(inner, { above: next.name, delimiter })) waiting.push(entry)
  }
  return result
}

/** Last ones first, for they are taken from the end. */
function entriesOf(
  fields: Fields,
  { above, delimiter }: { readonly above: string; readonly delimiter: string },
): { name: string; value: unknown }[] {
  return Object.entries(fields)
    .map(([name, value]) => ({ name: joined(above, { name, delimiter }), value }))
    .toReversed()
}

/** Undefined for what is no group of fields. */
function innerFields({
  name,
  value,
}: {
  readonly name: string
  readonly value: unknown
}): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    return undefined
  }
  if (value instanceof Date)
    throw new RecordError(`The field ${name} is ${shownValue(value)}, which has no fields.`)
  return fieldsOf(value, purpose)
}
