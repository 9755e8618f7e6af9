import { RecordError, type RecordData, type RecordSchema, type StructSchema } from '@sluice/template'
import { type Fields, fieldIn, fieldNamed, fieldsOf, structOf, valueOf } from '../fields.ts'

/** Is it a change event of Debezium, and not a heartbeat or a change of a schema? */
export function isEnvelope(record: RecordData): boolean {
  return record.valueSchema?.name?.endsWith('.Envelope') ?? false
}

/** The schema of a part of an envelope, such as `after`. Throws a RecordError where it isn't there. */
export function partSchema(envelope: StructSchema, part: string): RecordSchema {
  return fieldNamed(envelope, part).schema
}

/** A field with the default of its schema in place of null. */
export function fieldWithDefault(schema: StructSchema, fields: Fields, name: string): unknown {
  return valueOf(fields, fieldNamed(schema, name), { replaceNullWithDefault: true })
}

/** A field that must be a text, as it is: a default doesn't count. */
export function textField(schema: RecordSchema, value: unknown, name: string): string | null {
  return fieldOfType(structOf(schema, purpose), fieldsOf(value, purpose), { name, type: 'string' }) as
    | string
    | null
}

/** A field that must be of a type, as it is: a default doesn't count. Null where it is null. */
export function fieldOfType(
  schema: StructSchema,
  fields: Fields,
  { name, type }: { readonly name: string; readonly type: RecordSchema['type'] },
): unknown {
  const { schema: own } = fieldNamed(schema, name)
  if (own.type === type) return fieldIn(fields, name) ?? null
  throw new RecordError(`The field ${name} must be a ${type}, and its schema says ${own.type}.`)
}

const purpose = 'reading an event'
