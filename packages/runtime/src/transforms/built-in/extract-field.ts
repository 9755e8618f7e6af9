import { type RecordSchema, string } from '@sluice/template'
import { fieldAt, parseFieldPath, plainReader, schemaReader } from '../field-path.ts'
import { perSchema } from '../fields.ts'
import { fieldSyntaxVersion, replaceNullWithDefault } from '../settings.ts'
import { bothSides } from '../sides.ts'

const purpose = 'extracting a field'

/** Puts one field of the key, or of the value, in the place of the whole. */
export const [extractFieldOfKey, extractFieldOfValue] = bothSides({
  name: 'ExtractField',
  doc: (side) => `Puts one field of the ${side} in the place of the whole. A ${side} that is null stays so.`,
  config: {
    field: string({ doc: 'Names the field to take.', importance: 'MEDIUM' }),
    fieldSyntaxVersion,
    replaceNullWithDefault,
  },
  open: ({ field, fieldSyntaxVersion: syntax, ...options }) => {
    const path = parseFieldPath(field, { syntax, setting: 'field' })
    const plain = plainReader(path, purpose)
    const compile = perSchema((schema: RecordSchema) => ({
      schema: fieldAt(schema, path, purpose).schema,
      read: schemaReader(schema, path, { purpose, ...options }),
    }))
    return ({ value, schema }) => {
      if (schema === undefined) return { value: plain(value), schema }
      const extract = compile(schema)
      return { value: extract.read(value), schema: extract.schema }
    }
  },
})
