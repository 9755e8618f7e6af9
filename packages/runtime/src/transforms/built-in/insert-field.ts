import {
  type ConfigOf,
  type Field,
  type RecordData,
  RecordError,
  type RecordPart,
  type RecordSchema,
  string,
  timestamp,
} from '@sluice/template'
import { ConfigError } from '../../task/config-error.ts'
import { fieldsOf, isNull, perSchema, setField, structOf } from '../fields.ts'
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
})

/** A field to insert. What isn't there isn't inserted. */
interface Insertion {
  readonly name: string
  readonly schema: RecordSchema
  value(record: RecordData): unknown
  /** Where there is no schema. */
  plain(record: RecordData): unknown
}

function insertionsOf(settings: ConfigOf<typeof config>): readonly Insertion[] {
  const { staticField, staticValue } = settings
  if (staticField !== undefined && staticValue === undefined) {
    throw new ConfigError([{ field: 'static.value', message: 'is required beside static.field' }])
  }
  const insertions = [
    insertion(settings.topicField, { type: 'string' }, (record) => record.topic),
    insertion(settings.partitionField, { type: 'int32' }, (record) => record.partition),
    insertion(settings.offsetField, { type: 'int64' }, offsetOf),
    insertion(settings.timestampField, timestamp(), (record) => record.timestamp),
    insertion(staticField, { type: 'string' }, () => staticValue),
  ].filter((one) => one !== undefined)
  if (insertions.length > 0) return insertions
  throw new ConfigError([
    { field: 'type', message: 'is a transform that inserts fields, and no setting names one' },
  ])
}

function insertion(
  spec: string | undefined,
  schema: RecordSchema,
  plain: (record: RecordData) => unknown,
): Insertion | undefined {
  if (spec === undefined) return undefined
  const marked = spec.endsWith('?') || spec.endsWith('!')
  return {
    name: marked ? spec.slice(0, -1) : spec,
    schema: spec.endsWith('!') ? schema : { ...schema, optional: true },
    plain,
    value: schema.name === undefined ? plain : (record) => dateOf(plain(record)),
  }
}

function dateOf(ms: unknown): Date | undefined {
  return typeof ms === 'number' ? new Date(ms) : undefined
}

/** Only what comes from Kafka has one. */
function offsetOf(record: RecordData): bigint {
  const { origin } = record as { readonly origin?: { readonly topic?: unknown; readonly offset?: unknown } }
  if (typeof origin?.topic === 'string' && typeof origin.offset === 'bigint') return origin.offset
  throw new RecordError(
    'A record has an offset only in a sink: take offset.field out of a source’s transform.',
  )
}
