import { int, RecordError, type RecordSchema, rowsWith, string, type StructSchema } from '@sluice/template'
import { ConfigError } from '../../task/config-error.ts'
import { type Fields, fieldsOf, hasDefaults, isNull, perSchema } from '../fields.ts'
import { replaceNullWithDefault } from '../settings.ts'
import { bothSides } from '../sides.ts'
import { compileRewrite } from '../struct-rewrite.ts'

/** Gives the schema a name or a version. */
export const [setSchemaMetadataOfKey, setSchemaMetadataOfValue] = bothSides({
  name: 'SetSchemaMetadata',
  doc: (side) => `Gives the schema of the ${side} a name, a version, or both.`,
  config: {
    schemaName: string({ doc: 'Is the new name.', importance: 'HIGH', optional: true }),
    schemaVersion: int({ doc: 'Is the new version.', importance: 'HIGH', optional: true }),
    replaceNullWithDefault,
  },
  open: ({ schemaName: name, schemaVersion: version, ...options }) => {
    if (name === undefined && version === undefined) {
      throw new ConfigError([{ field: 'schema.name', message: 'is required, or schema.version' }])
    }
    const compile = perSchema((schema: RecordSchema) => ({
      schema: { ...schema, ...marksOf({ name, version }) } as RecordSchema,
      copy: schema.type === 'struct' ? copier(schema, options) : undefined,
    }))
    return (data) => {
      if (data.schema === undefined) {
        if (isNull(data.value)) return data
        throw new RecordError('There is no schema that could get a name or a version.')
      }
      const { schema, copy } = compile(data.schema)
      return { value: copy && !isNull(data.value) ? copy(data.value) : data.value, schema }
    }
  },
  openRows: ({ schemaName: name, schemaVersion: version, ...options }) => {
    const schemaOf = perSchema((schema: StructSchema) => ({ ...schema, ...marksOf({ name, version }) }))
    return (rows) =>
      options.replaceNullWithDefault && hasDefaults(rows.schema)
        ? undefined
        : rowsWith(rows, { schema: schemaOf(rows.schema) })
  },
})

function marksOf({
  name,
  version,
}: {
  name: string | undefined
  version: number | undefined
}): Pick<RecordSchema, 'name' | 'version'> {
  return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) }
}

/** Nothing but defaults in place of nulls. */
function copier(
  schema: StructSchema,
  options: { readonly replaceNullWithDefault: boolean },
): ((value: unknown) => Fields) | undefined {
  if (!options.replaceNullWithDefault) return undefined
  if (!hasDefaults(schema)) return undefined
  const plans = schema.fields.map((field) => ({ ...field, from: field }))
  const { copy } = compileRewrite(schema, plans, options)
  return (value) => copy(fieldsOf(value, 'setting marks of a schema'))
}
