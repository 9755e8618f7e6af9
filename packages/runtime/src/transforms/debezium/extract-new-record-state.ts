import {
  boolean,
  type ConfigOf,
  defineTransform,
  type Header,
  list,
  oneOf,
  type RecordData,
  type RecordPart,
  type RecordSchema,
  string,
  type StructSchema,
} from '@sluice/template'
import { type Fields, fieldsOf, isNull, perSchema, setField, structOf } from '../fields.ts'
import { replaceNullWithDefault } from '../settings.ts'
import { compileRewrite } from '../struct-rewrite.ts'
import { openDropFields } from './drop-fields.ts'
import { fieldWithDefault, isEnvelope, partSchema, textField } from './envelope.ts'
import {
  type AddedField,
  type FieldReference,
  parseReference,
  referencesIssue,
  resolveReferences,
} from './field-reference.ts'

const config = {
  deleteTombstoneHandlingMode: oneOf(
    ['drop', 'tombstone', 'rewrite', 'rewrite-with-tombstone', 'delete-to-tombstone'],
    {
      doc: 'Says what becomes of a deleted row: nothing (drop), a record whose value is null (tombstone), the row as it was with __deleted=true (rewrite), that and the tombstone behind it (rewrite-with-tombstone), a record without value and schema (delete-to-tombstone).',
      importance: 'MEDIUM',
      default: 'tombstone',
    },
  ),
  routeByField: string({ doc: 'Names the field of the row that has the topic to go to.', default: '' }),
  addFieldsPrefix: string({ doc: 'Stands before the names of added fields.', default: '__' }),
  addFields: list({
    doc: 'Adds these fields of the event to the row: op, source.ts_ms, or table:newName.',
    default: [],
    validate: referencesIssue,
  }),
  addHeadersPrefix: string({ doc: 'Stands before the names of added headers.', default: '__' }),
  addHeaders: list({
    doc: 'Adds these fields of the event as headers.',
    default: [],
    validate: referencesIssue,
  }),
  dropFieldsHeaderName: string({ doc: 'Names the header that lists fields to drop.', optional: true }),
  dropFieldsFromKey: boolean({ doc: 'Drops those fields from the key too.', default: false }),
  dropFieldsKeepSchemaCompatible: boolean({
    doc: 'Drops only those of them that are optional.',
    default: true,
  }),
  replaceNullWithDefault,
}

type Settings = ConfigOf<typeof config>

function changedParts(settings: Settings): readonly RecordPart[] {
  return [
    'value',
    ...(settings.addHeaders.length === 0 ? [] : (['headers'] as const)),
    ...(settings.routeByField === '' ? [] : (['topic'] as const)),
    ...(settings.dropFieldsFromKey ? (['key'] as const) : []),
  ]
}

/** Debezium's unwrapping: the row in the place of the change event. */
export const extractNewRecordState = defineTransform({
  name: 'io.debezium.transforms.ExtractNewRecordState',
  aliases: ['ExtractNewRecordState'],
  version: '0.1.0',
  doc: 'Puts the row in the place of a change event of Debezium. What is no change event passes as it is; truncations are dropped.',
  config,
  touches: (settings) => [
    ...changedParts(settings),
    ...(settings.dropFieldsHeaderName === undefined ? [] : (['headers'] as const)),
  ],
  changes: changedParts,
  open: ({ config: settings }) => ({ apply: openApply(settings) }),
})

type Apply = (record: RecordData) => RecordData | null

function openApply(settings: Settings): Apply {
  const mode = settings.deleteTombstoneHandlingMode
  const headersOf = openHeaders(settings)
  const dropFields = openDropFields({
    headerName: settings.dropFieldsHeaderName?.trim() || undefined,
    fromKey: settings.dropFieldsFromKey,
    keepSchemaCompatible: settings.dropFieldsKeepSchemaCompatible,
  })
  const rowsOf = perSchema((schema: RecordSchema) => compileRows(structOf(schema, purpose), settings))
  const addedNames = references(settings.addFields, settings.addFieldsPrefix).map(({ newName }) => newName)

  return (record) => {
    if (isNull(record.value)) {
      return mode === 'rewrite-with-tombstone' ? { ...record, headers: headersOf(record) } : null
    }
    if (record.valueSchema === undefined || !isEnvelope(record)) return record
    const rows = rowsOf(record.valueSchema)
    const envelope = fieldsOf(record.value, purpose)
    const after = rows.after.of(envelope)
    const before = isNull(after) ? rows.before.of(envelope) : undefined
    if (isNull(after) && isNull(before)) return null
    const isDelete = isNull(after)
    if (isDelete && mode === 'drop') return null
    const state = isDelete ? rows.deleted(before, envelope) : rows.after.rewrite(after, envelope)
    const topic = isDelete ? rows.before.topic(before) : rows.after.topic(after)
    const extracted = { ...record, ...state, headers: headersOf(record), topic: topic ?? record.topic }
    // of a deleted row Debezium drops fields before it adds any
    return dropFields(extracted, isDelete ? addedNames : noNames)
  }
}

const purpose = 'extracting the row of a change event'
const noNames: readonly string[] = []

/** The value, and its schema, of what is left of an event. */
interface State {
  readonly value: unknown
  readonly valueSchema: RecordSchema | undefined
}

/** What is done with the row on one side of an event, before or after the change. */
interface RowSide {
  of(envelope: Fields): unknown
  rewrite(row: unknown, envelope: Fields): State
  /** Where the row wants to go; undefined: nowhere else. */
  topic(row: unknown): string | undefined
}

interface Rows {
  readonly before: RowSide
  readonly after: RowSide
  deleted(before: unknown, envelope: Fields): State
}

function compileRows(envelope: StructSchema, settings: Settings): Rows {
  const mode = settings.deleteTombstoneHandlingMode
  const added = resolveReferences(envelope, references(settings.addFields, settings.addFieldsPrefix))
  const rewrites = mode === 'rewrite' || mode === 'rewrite-with-tombstone'
  const side = (part: string, deleted: string): RowSide =>
    rowSide({
      envelope,
      part,
      settings,
      added: rewrites ? [deletedField(deleted), ...added] : added,
      rewrites,
    })
  const before = side('before', 'true')
  const tombstone: State = {
    value: null,
    valueSchema: mode === 'tombstone' ? partSchema(envelope, 'after') : undefined,
  }
  return {
    before,
    after: side('after', 'false'),
    deleted: (row, event) => (rewrites ? before.rewrite(row, event) : tombstone),
  }
}

interface RowSideOptions {
  readonly envelope: StructSchema
  readonly part: string
  readonly settings: Settings
  readonly added: readonly AddedField[]
  readonly rewrites: boolean
}

function rowSide({ envelope, part, settings, added, rewrites }: RowSideOptions): RowSide {
  const schema = partSchema(envelope, part)
  const rewrite = perSchema((of: RecordSchema) => {
    const row = structOf(of, purpose)
    const plans = row.fields.map((field) => ({ ...field, from: field }))
    // Debezium takes defaults only where it sets __deleted
    const replace = rewrites && settings.replaceNullWithDefault
    return compileRewrite(row, plans, { replaceNullWithDefault: replace, added })
  })
  return {
    of: (event) => fieldWithDefault(envelope, event, part),
    rewrite: (row, event) => {
      const { copy, schema: valueSchema } = rewrite(schema)
      const value = copy(fieldsOf(row, purpose))
      for (const { name, read } of added) setField(value, name, read(event))
      return { value, valueSchema }
    },
    topic: (row) => {
      const topic = settings.routeByField === '' ? null : textField(schema, row, settings.routeByField)
      return topic === null || topic.trim() === '' ? undefined : topic
    },
  }
}

function deletedField(value: string): AddedField {
  return { name: '__deleted', schema: { type: 'string', optional: true }, read: () => value }
}

function references(items: readonly string[], prefix: string): readonly FieldReference[] {
  return items.map((item) => parseReference(item, prefix))
}

/** The record's headers with those of the event behind them. */
function openHeaders(settings: Settings): (record: RecordData) => readonly Header[] | undefined {
  const wanted = references(settings.addHeaders, settings.addHeadersPrefix)
  if (wanted.length === 0) return ({ headers }) => headers
  const addedOf = perSchema((schema: RecordSchema) => resolveReferences(structOf(schema, purpose), wanted))
  const ofTombstones = wanted
    .filter(({ field }) => field === 'op')
    .map(({ newName: key }): Header => ({ key, value: 'd', schema: { type: 'string' } }))
  return ({ headers = [], value, valueSchema }) => {
    if (isNull(value) || valueSchema === undefined) return [...headers, ...ofTombstones]
    const event = fieldsOf(value, purpose)
    const added = addedOf(valueSchema)
    return [...headers, ...added.map(({ name: key, schema, read }) => ({ key, value: read(event), schema }))]
  }
}
