import {
  type PrimitiveSchema,
  type RecordData,
  RecordError,
  type RecordSchema,
  type StructSchema,
} from '@sluice/template'
import { perSchema } from '../fields.ts'
import { castTypes } from '../built-in/cast-value.ts'

const types: readonly string[] = [...castTypes, 'bytes']

/** For `validate`. */
export function addedFieldsIssue(fields: ReadonlyMap<string, string>): string | undefined {
  const wrong = [...fields].find(([, type]) => !types.includes(type))
  return wrong && `has the type "${wrong[1]}"; there are ${types.join(', ')}`
}

/**
 * Gives a value that a function made the schema of the old one, with the fields that the settings add. Throws a RecordError for a field that
 * neither has: it would be lost.
 */
export function openAddedFields(
  added: ReadonlyMap<string, string>,
): (before: RecordData, after: RecordData) => RecordData {
  const extend = perSchema((schema: RecordSchema) =>
    schema.type === 'struct' ? extended(schema, added) : undefined,
  )
  return (before, after) => {
    const kept = after.valueSchema !== undefined && after.valueSchema === before.valueSchema
    if (!kept || after.value === before.value || after.value === null) return after
    const extension = extend(after.valueSchema)
    if (extension === undefined) return after
    refuseUnknown(after.value, extension.names)
    return { ...after, valueSchema: extension.schema }
  }
}

interface Extension {
  readonly schema: StructSchema
  readonly names: ReadonlySet<string>
}

function extended(schema: StructSchema, added: ReadonlyMap<string, string>): Extension {
  const known = new Set(schema.fields.map(({ name }) => name))
  const fields = [...added]
    .filter(([name]) => !known.has(name))
    .map(([name, type]) => ({ name, schema: { type: type as PrimitiveSchema['type'], optional: true } }))
  if (fields.length === 0) return { schema, names: known }
  const names = new Set([...known, ...fields.map(({ name }) => name)])
  return { schema: { ...schema, fields: [...schema.fields, ...fields] }, names }
}

function refuseUnknown(value: unknown, names: ReadonlySet<string>): void {
  if (typeof value !== 'object' || value === null) return
  const unknown = Object.keys(value).find((name) => !names.has(name))
  if (unknown === undefined) return
  throw new RecordError(
    `The value has the field ${unknown}, which its schema has not: name it in value.fields, or give a valueSchema too.`,
  )
}
