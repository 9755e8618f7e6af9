import { RecordError, type RecordSchema, type StructField, type StructSchema } from '@sluice/template'
import { type Fields, fieldIn, fieldNamed, fieldsOf, isNull, structOf } from '../fields.ts'

/** A field of an envelope that is added to a row, or to the headers: `op`, `source.ts_ms`, `table:TABLE`. */
export interface FieldReference {
  /** The part of the envelope that has it; undefined: the envelope itself. */
  readonly part: string | undefined
  readonly field: string
  readonly newName: string
}

const ofTheEnvelope = ['op', 'ts_ms', 'ts_us', 'ts_ns']
const ofTheTransaction = ['id', 'data_collection_order', 'total_order']

/** Reads `add.fields` and `add.headers`. */
export function parseReference(item: string, prefix: string): FieldReference {
  const [path = '', ownName] = item.split(':')
  const [first = '', second] = path.split('.')
  if (second !== undefined) {
    return { part: first, field: second, newName: prefix + (ownName ?? `${first}_${second}`) }
  }
  return { part: partOf(first), field: first, newName: prefix + (ownName ?? first) }
}

/** For `validate`. */
export function referencesIssue(items: readonly string[]): string | undefined {
  const wrong = items.find((item) => !/^[^:]+(:[^:]+)?$/.test(item))
  return wrong === undefined ? undefined : `has "${wrong}", which is not of the form field or field:newName`
}

function partOf(field: string): string | undefined {
  if (ofTheEnvelope.includes(field)) return undefined
  if (ofTheTransaction.includes(field)) return 'transaction'
  return field === 'updateDescription' ? field : 'source'
}

/** What is added: its optional schema, and how to read it of an envelope. */
export interface AddedField extends StructField {
  read(envelope: Fields): unknown
}

/** The references whose fields a schema has. Throws a RecordError for a part that it hasn't. */
export function resolveReferences(
  envelope: StructSchema,
  references: readonly FieldReference[],
): readonly AddedField[] {
  return references.flatMap((reference) => resolve(envelope, reference) ?? [])
}

function resolve(envelope: StructSchema, reference: FieldReference): AddedField | undefined {
  const { part, field, newName: name } = reference
  const home = part === undefined ? envelope : structOf(fieldNamed(envelope, part).schema, `adding ${field}`)
  const within = home.fields.find((one) => one.name === field)
  // where another transform has put it
  const found = within ?? envelope.fields.find((one) => one.name === field)
  if (found === undefined) return undefined
  const read = (value: Fields): unknown => {
    if (part === undefined) return fieldIn(value, field) ?? null
    const inner = fieldIn(value, part)
    if (isNull(inner)) return null
    return fieldIn(within ? fieldsOf(inner, `adding ${field}`) : value, field) ?? null
  }
  return { name, schema: addedSchema(found.schema), read }
}

function addedSchema(schema: RecordSchema): RecordSchema {
  if (schema.type === 'struct')
    throw new RecordError('A struct cannot be added as a field: name one of its fields.')
  const { default: _default, ...rest } = schema
  return { ...rest, optional: true }
}
