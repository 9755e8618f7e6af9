import { type Header, type Issue, list, oneOf, type RecordData, type RecordSchema } from '@sluice/template'
import { ConfigError } from '../../task/config-error.ts'
import { openFieldEdits, removeField } from '../field-edits.ts'
import { fieldAt, type FieldPath, parseFieldPath, plainReader, schemaReader } from '../field-path.ts'
import { fieldsOf, perSchema } from '../fields.ts'
import { fieldSyntaxVersion, replaceNullWithDefault } from '../settings.ts'
import { bothSides, type Data } from '../sides.ts'

const purpose = 'making headers of fields'

const nonEmptyList = (names: readonly string[]): string | undefined =>
  names.length === 0 ? 'must name at least one' : undefined

/** Moves or copies fields into headers. */
export const [headerFromOfKey, headerFromOfValue] = bothSides({
  name: 'HeaderFrom',
  doc: (side) => `Moves or copies fields of the ${side} into headers.`,
  config: {
    fields: list({ doc: 'Names the fields.', importance: 'HIGH', validate: nonEmptyList }),
    headers: list({
      doc: 'Names the headers, in the order of the fields.',
      importance: 'HIGH',
      validate: nonEmptyList,
    }),
    operation: oneOf(['move', 'copy'], {
      doc: 'Says whether the fields go (move) or stay (copy).',
      importance: 'HIGH',
    }),
    fieldSyntaxVersion,
    replaceNullWithDefault,
  },
  touches: () => ['headers'],
  open: ({ fields, headers, operation, fieldSyntaxVersion: syntax, ...options }) => {
    if (fields.length !== headers.length) throw new ConfigError([unequal(fields, headers)])
    const paths = fields.map((field) => parseFieldPath(field, { syntax, setting: 'fields' }))
    const read = headerReader({ paths, headers, ...options })
    const move = openFieldEdits({
      ...options,
      purpose,
      setting: 'fields',
      edits: paths.map((path) => [path, removeField]),
    })
    return (data, record) => {
      const added = read(data)
      const rest = operation === 'move' ? move(data) : data
      return { value: rest.value, schema: rest.schema, headers: withHeaders(record, added) }
    }
  },
})

function unequal(fields: readonly string[], headers: readonly string[]): Issue {
  const message = `must name as many headers as there are fields: ${fields.length}, not ${headers.length}`
  return { field: 'headers', message }
}

function withHeaders(record: RecordData, added: readonly Header[]): readonly Header[] {
  return record.headers ? [...record.headers, ...added] : added
}

interface HeaderReader {
  readonly paths: readonly FieldPath[]
  readonly headers: readonly string[]
  readonly replaceNullWithDefault: boolean
}

function headerReader({ paths, headers, ...options }: HeaderReader): (data: Data) => readonly Header[] {
  const plain = paths.map((path, index) => {
    const read = plainReader(path, purpose)
    return (value: unknown): Header => ({ key: headers[index]!, value: read(value) })
  })
  const compile = perSchema((schema: RecordSchema) =>
    paths.map((path, index) => {
      const read = schemaReader(schema, path, { purpose, ...options })
      const { schema: own } = fieldAt(schema, path, purpose)
      return (value: unknown): Header => ({ key: headers[index]!, value: read(value), schema: own })
    }),
  )
  return ({ value, schema }) => {
    const fields = fieldsOf(value, purpose)
    return (schema === undefined ? plain : compile(schema)).map((header) => header(fields))
  }
}
