import {
  type ConfigOf,
  type Field,
  type RecordData,
  RecordError,
  type RecordPart,
  type RecordSchema,
  type RowBatch,
  type StructSchema,
  string,
  timestamp,
} from '@sluice/template'
import { ConfigError } from '../../task/config-error.ts'
import { fieldsOf, hasDefaults, isNull, perSchema, setField, structOf } from '../fields.ts'
import type { PlainField } from '../plain-layout.ts'
import { type ChangeRows, type ColumnPlan, compileColumns } from '../row-columns.ts'
import { replaceNullWithDefault } from '../settings.ts'
import { bothSides } from '../sides.ts'
import { compileRewrite } from '../struct-rewrite.ts'

const purpose = 'inserting fields'

const fieldName = (doc: string): Field<string | undefined> =>
  string({
    validate: (spec) => (/^[?!]?$/.test(spec) ? 'must name a field' : undefined),
    doc: `${doc} With ! at the end it is required, with ? or neither optional.`,
    importance: 'MEDIUM',
    optional: true,
  })

const config = {
  topicField: fieldName('Names the field that takes the topic.'),
  partitionField: fieldName('Names the field that takes the partition.'),
  offsetField: fieldName('Names the field that takes the offset; in sinks only.'),
  timestampField: fieldName('Names the field that takes the timestamp.'),
  staticField: fieldName('Names the field that takes static.value.'),
  staticValue: string({ doc: 'Is the value of static.field.', importance: 'MEDIUM', optional: true }),
  replaceNullWithDefault,
}

/** Adds fields with what is known of the record. */
export const [insertFieldOfKey, insertFieldOfValue] = bothSides({
  name: 'InsertField',
  doc: (side) =>
    `Adds fields to the ${side}: the record's topic, partition, offset or timestamp, or a text. A ${side} that is null stays so.`,
  config,
  touches: (settings): readonly RecordPart[] => [
    ...(settings.topicField === undefined ? [] : (['topic'] as const)),
    ...(settings.partitionField === undefined ? [] : (['partition'] as const)),
    ...(settings.timestampField === undefined ? [] : (['timestamp'] as const)),
  ],
  open: (settings) => {
    const insertions = insertionsOf(settings)
    const compile = perSchema((schema: RecordSchema) => {
      const before = structOf(schema, purpose)
      const plans = before.fields.map((field) => ({ ...field, from: field }))
      return compileRewrite(before, plans, { ...settings, added: insertions })
    })
    return (data, record) => {
      if (isNull(data.value)) return data
      const fields = fieldsOf(data.value, purpose)
      const rewrite = data.schema && compile(data.schema)
      const value: Record<string, unknown> = rewrite ? rewrite.copy(fields) : { ...fields }
      for (const each of insertions) {
        const found = rewrite ? each.value(record) : each.plain(record)
        if (!isNull(found)) setField(value, each.name, found)
      }
      return { value, schema: rewrite?.schema }
    }
  },
  openRows: (settings) => {
    const insertions = insertionsOf(settings)
    const changeOf = perSchema((schema: StructSchema) => compileRows(schema, insertions, settings))
    return (rows) => changeOf(rows.schema)?.(rows)
  },
  layout: (settings) => {
    const insertions = insertionsOf(settings)
    return (fields) => insertions.reduce<readonly PlainField[] | undefined>(inserted, fields)
  },
})

/** In the place of the field that bears the name already (as long as that is there), or as the last one. */
function inserted(
  fields: readonly PlainField[] | undefined,
  { name, plain }: Insertion,
): readonly PlainField[] | undefined {
  const before = fields?.find((field) => field.name === name)
  const made: PlainField = { ...before, name, steps: [(_before, record) => plain(record) ?? undefined] }
  if (before === undefined) return fields && [...fields, made]
  return before.steps.length > 0 ? undefined : fields?.map((field) => (field === before ? made : field))
}

function compileRows(
  schema: StructSchema,
  insertions: readonly Insertion[],
  settings: ConfigOf<typeof config>,
): ChangeRows | undefined {
  if (settings.replaceNullWithDefault && hasDefaults(schema)) return undefined
  const plans = schema.fields.map((field) => ({ ...field, from: field }))
  const columns = insertions.map(({ name, schema: own, text }) => ({ name, schema: own, text }))
  if (columns.some(({ text }) => text === undefined)) return undefined
  return compileColumns(schema, {
    schema: compileRewrite(schema, plans, { ...settings, added: insertions }).schema,
    plans: [...schema.fields.map((field, from) => ({ ...field, from })), ...(columns as ColumnPlan[])],
  })
}

/** A field to insert. What isn't there isn't inserted. */
interface Insertion {
  readonly name: string
  readonly schema: RecordSchema
  value(record: RecordData): unknown
  /** Where there is no schema. */
  plain(record: RecordData): unknown
  /** In rows; absent: they don't know it. */
  readonly text?: ColumnPlan['text']
}

function insertionsOf(settings: ConfigOf<typeof config>): readonly Insertion[] {
  const { staticField, staticValue } = settings
  if (staticField !== undefined && staticValue === undefined) {
    throw new ConfigError([{ field: 'static.value', message: 'is required beside static.field' }])
  }
  const insertions = [
    insertion(
      settings.topicField,
      { type: 'string' },
      { plain: (record) => record.topic, text: (rows) => rows.topic },
    ),
    insertion(settings.partitionField, { type: 'int32' }, { plain: (record) => record.partition }),
    insertion(settings.offsetField, { type: 'int64' }, { plain: offsetOf }),
    insertion(settings.timestampField, timestamp(), { plain: (record) => record.timestamp, text: timeOf }),
    insertion(
      staticField,
      { type: 'string' },
      { plain: () => staticValue, ...(staticValue !== undefined && { text: staticValue }) },
    ),
  ].filter((one) => one !== undefined)
  if (insertions.length > 0) return insertions
  throw new ConfigError([
    { field: 'type', message: 'is a transform that inserts fields, and no setting names one' },
  ])
}

function insertion(
  spec: string | undefined,
  schema: RecordSchema,
  { plain, ...inRows }: Pick<Insertion, 'plain' | 'text'>,
): Insertion | undefined {
  if (spec === undefined) return undefined
  const marked = spec.endsWith('?') || spec.endsWith('!')
  return {
    name: marked ? spec.slice(0, -1) : spec,
    schema: spec.endsWith('!') ? schema : { ...schema, optional: true },
    plain,
    ...inRows,
    value: schema.name === undefined ? plain : (record) => dateOf(plain(record)),
  }
}

function dateOf(ms: unknown): Date | undefined {
  return typeof ms === 'number' ? new Date(ms) : undefined
}

function timeOf(rows: RowBatch<unknown>, row: number): string | null {
  const ms = rows.timestampOf?.(row)
  return ms === undefined ? null : String(ms)
}

/** Only what comes from Kafka has one. */
function offsetOf(record: RecordData): bigint {
  const { origin } = record as { readonly origin?: { readonly topic?: unknown; readonly offset?: unknown } }
  if (typeof origin?.topic === 'string' && typeof origin.offset === 'bigint') return origin.offset
  throw new RecordError(
    'A record has an offset only in a sink: take offset.field out of a source’s transform.',
  )
}
