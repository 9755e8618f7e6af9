import { list, type RecordSchema, rowsWith, type StructSchema } from '@sluice/template'
import { fieldAt, type FieldPath, parseFieldPath, plainReader, schemaReader } from '../field-path.ts'
import { type Fields, fieldsOf, hasDefaults, perSchema, setField } from '../fields.ts'
import { inJavaOrder } from '../java/hash-order.ts'
import { fieldSyntaxVersion, replaceNullWithDefault } from '../settings.ts'
import { wholeRecord } from '../sides.ts'
import { refuseDuplicates } from '../struct-rewrite.ts'

const purpose = 'copying fields from the value to the key'

/** One field of the key: its name, and how to read it of a value. */
interface KeyField {
  readonly name: string
  readonly read: (value: unknown) => unknown
}

/** Makes a key of some fields of the value. */
export const valueToKey = wholeRecord({
  name: 'ValueToKey',
  doc: 'Makes a key of some fields of the value. A field within another gives the key a field of its own name.',
  config: {
    fields: list({
      doc: 'Names the fields of the value that become the key.',
      importance: 'HIGH',
      validate: (names) => (names.length === 0 ? 'must name a field' : undefined),
    }),
    fieldSyntaxVersion,
    replaceNullWithDefault,
  },
  touches: () => ['key', 'value'],
  changes: () => ['key'],
  open: ({ config: { fields, fieldSyntaxVersion: syntax, ...options } }) => {
    const paths = fields.map((field) => parseFieldPath(field, { syntax, setting: 'fields' }))
    const plain = plainFields(paths)
    const compile = perSchema((schema: RecordSchema) => compileKey(schema, paths, options))
    const rowKeyOf = perSchema((schema: StructSchema) => compileRowKey(schema, paths, options))
    return {
      apply: (record) => {
        const value = fieldsOf(record.value, purpose)
        if (record.valueSchema === undefined)
          return { ...record, key: keyOf(plain, value), keySchema: undefined }
        const { schema, keyFields } = compile(record.valueSchema)
        return { ...record, key: keyOf(keyFields, value), keySchema: schema }
      },
      applyRows: (rows) => {
        const made = rowKeyOf(rows.schema)
        return made && rowsWith(rows, made)
      },
    }
  },
})

/** In the order that the JVM gives them: the order is part of the key's bytes, and the bytes choose the partition. */
function plainFields(paths: readonly FieldPath[]): readonly KeyField[] {
  const fields = paths.map((path) => ({ name: path.at(-1)!, read: plainReader(path, purpose) }))
  return inJavaOrder(fields)
}

function compileKey(
  schema: RecordSchema,
  paths: readonly FieldPath[],
  options: { readonly replaceNullWithDefault: boolean },
): { readonly schema: StructSchema; readonly keyFields: readonly KeyField[] } {
  const fields = paths.map((path) => ({ name: path.at(-1)!, schema: fieldAt(schema, path, purpose).schema }))
  refuseDuplicates(fields.map(({ name }) => name))
  const keyFields = paths.map((path) => ({
    name: path.at(-1)!,
    read: schemaReader(schema, path, { purpose, ...options }),
  }))
  return { schema: { type: 'struct', fields }, keyFields }
}

/** Undefined: null may become something else in the key, or a field isn't one of the row. */
function compileRowKey(
  schema: StructSchema,
  paths: readonly FieldPath[],
  options: { readonly replaceNullWithDefault: boolean },
): { readonly keySchema: StructSchema; readonly keyFields: readonly number[] } | undefined {
  const keyFields = paths.map(([name, ...rest]) =>
    rest.length > 0 ? -1 : schema.fields.findIndex((field) => field.name === name),
  )
  if (keyFields.includes(-1) || (options.replaceNullWithDefault && hasDefaults(schema))) return undefined
  return { keyFields, keySchema: compileKey(schema, paths, options).schema }
}

function keyOf(fields: readonly KeyField[], value: Fields): Fields {
  const key: Record<string, unknown> = {}
  for (const { name, read } of fields) setField(key, name, read(value))
  return key
}
