import {
  type ConfigOf,
  defineTransform,
  type Header,
  type Logger,
  type RecordData,
  RecordError,
  type RecordSchema,
  type SchemaAndValue,
  type StructSchema,
} from '@sluice/template'
import { type Fields, fieldNamed, fieldsOf, isNull, setField, structOf } from '../fields.ts'
import { javaRegex } from '../java/regex.ts'
import { fieldOfType, fieldWithDefault, isEnvelope, partSchema, textField } from './envelope.ts'
import { eventRouterSettings, parsePlacement, type Placement } from './event-router-settings.ts'
import { eventTimestamp } from './event-timestamp.ts'
import { openExpandJson } from './expand-json.ts'
import { openValueSchemas, type ValueSchemas } from './value-schemas.ts'

type Settings = ConfigOf<typeof eventRouterSettings>

const purpose = 'routing an event of an outbox'

/** Debezium's outbox: rows of a table of events become records of their own topics. */
export const eventRouter = defineTransform({
  name: 'io.debezium.transforms.outbox.EventRouter',
  aliases: ['EventRouter'],
  version: '0.1.0',
  doc: 'Makes records of the rows that were inserted into an outbox table, as change events of Debezium tell it. Deleted rows are dropped; what is no change event passes as it is.',
  config: eventRouterSettings,
  touches: () => ['key', 'value', 'headers', 'topic', 'partition', 'timestamp'],
  open: ({ config, log }) => {
    const routing: Routing = {
      ...config,
      log,
      placements: config.additionalFields.map(parsePlacement),
      topicOf: javaRegex(config.routeTopicRegex).replacer(config.routeTopicReplacement, {
        setting: 'route.topic.replacement',
      }),
      schemas: openValueSchemas(),
      expand: config.expandJson
        ? openExpandJson({ name: config.payloadField, nulls: config.jsonNulls })
        : undefined,
    }
    return { apply: (record) => routeRecord(record, routing) }
  },
})

interface Routing extends Settings {
  readonly log: Logger
  readonly placements: readonly Placement[]
  readonly topicOf: (routedBy: string) => string | undefined
  readonly schemas: ValueSchemas
  readonly expand: ((text: string) => SchemaAndValue) | undefined
}

function routeRecord(record: RecordData, routing: Routing): RecordData | null {
  if (isNull(record.value)) return null
  if (record.valueSchema === undefined || !isEnvelope(record)) return record
  const operation = textField(record.valueSchema, record.value, 'op')
  if (operation === 'd') return null
  if (operation === 'u') return refuseUpdate(routing)
  const envelope = structOf(record.valueSchema, purpose)
  const schema = structOf(partSchema(envelope, 'after'), purpose)
  const event = fieldsOf(record.value, purpose)
  const row = fieldsOf(fieldWithDefault(envelope, event, 'after'), purpose)
  return routeRow(record, { schema, row, envelope, event, routing })
}

function refuseUpdate({ invalidOperations, log }: Routing): null {
  const message = 'A row of an outbox was updated, which is no event. It is dropped.'
  if (invalidOperations === 'fatal') {
    throw new RecordError(
      'A row of an outbox was updated, which is no event. Set table.op.invalid.behavior=warn to drop such.',
    )
  }
  if (invalidOperations === 'warn') log.warn({}, message)
  else log.error({}, message)
  return null
}

/** One inserted row. */
interface Inserted {
  readonly schema: StructSchema
  readonly row: Fields
  readonly envelope: StructSchema
  readonly event: Fields
  readonly routing: Routing
}

function routeRow(record: RecordData, inserted: Inserted): RecordData {
  const { schema, row, routing } = inserted
  const routedBy = textField(schema, row, routing.routeByField)
  if (routedBy === null)
    throw new RecordError(`The field ${routing.routeByField} is null, so the event has no topic.`)
  const placed = placementsOf(inserted)
  const key = column(inserted, routing.keyField)
  const id = column(inserted, routing.idField)
  const payload = payloadOf(inserted)
  const enveloped = routing.placements.some(({ place }) => place === 'envelope')
  const body = enveloped ? envelopeOf(inserted, { payload, placed, routedBy }) : payload
  const isEmpty = isNull(payload.value) || (typeof payload.value === 'string' && payload.value.trim() === '')
  const value = isEmpty && routing.tombstoneOnEmptyPayload ? { value: null, schema: undefined } : body
  return {
    ...record,
    topic: routing.topicOf(routedBy) ?? routedBy,
    partition: partitionOf(inserted),
    key: key.value,
    keySchema: key.schema,
    value: value.value,
    valueSchema: value.schema,
    timestamp: eventTimestamp(inserted, routing.timestampField),
    headers: [...(record.headers ?? []), headerOf('id', id), ...placedHeaders(placed)],
  }
}

/** A column with its schema; a null is the default of its schema. */
function column({ schema, row }: Inserted, name: string): SchemaAndValue & { readonly schema: RecordSchema } {
  return { schema: fieldNamed(schema, name).schema, value: fieldWithDefault(schema, row, name) }
}

function payloadOf(inserted: Inserted): SchemaAndValue & { readonly schema: RecordSchema } {
  const { payloadField, expand, log } = inserted.routing
  const payload = column(inserted, payloadField)
  if (!expand || isNull(payload.value)) return payload
  try {
    if (typeof payload.value !== 'string') throw new RecordError('The payload is no text.')
    const { schema = payload.schema, value } = expand(payload.value)
    return { schema, value }
  } catch (error) {
    log.warn({ err: error }, 'The payload of an event is not the JSON that it should be. It stays as it is.')
    return payload
  }
}

interface Placed extends Placement {
  readonly schema: RecordSchema
  readonly value: unknown
}

function placementsOf(inserted: Inserted): readonly Placed[] {
  const { placements, errorOnMissing } = inserted.routing
  return placements
    .filter(({ field }) => errorOnMissing || hasField(inserted.schema, field))
    .map((placement) => ({ ...placement, ...column(inserted, placement.field) }))
}

function partitionOf({ schema, row, routing }: Inserted): number | undefined {
  const found = routing.placements.findLast(({ place }) => place === 'partition')
  const known = found && (routing.errorOnMissing || hasField(schema, found.field))
  if (!known) return undefined
  return (fieldOfType(schema, row, { name: found.field, type: 'int32' }) ?? undefined) as number | undefined
}

function hasField(schema: StructSchema, name: string): boolean {
  return schema.fields.some((field) => field.name === name)
}

function placedHeaders(placed: readonly Placed[]): readonly Header[] {
  return placed.filter(({ place }) => place === 'header').map((each) => headerOf(each.alias, each))
}

function headerOf(key: string, { value, schema }: { value: unknown; schema: RecordSchema }): Header {
  return { key, value, schema }
}

interface Body {
  readonly payload: { readonly value: unknown; readonly schema: RecordSchema }
  readonly placed: readonly Placed[]
  readonly routedBy: string
}

/** The payload among the columns that go with it. */
function envelopeOf(inserted: Inserted, { payload, placed, routedBy }: Body): SchemaAndValue {
  const { schemaVersionField } = inserted.routing
  const within = placed.filter(({ place }) => place === 'envelope')
  const schema = inserted.routing.schemas({
    event: inserted.schema,
    payload: payload.schema,
    fields: within.map(({ alias, schema: of }) => ({ name: alias, schema: of })),
    routedBy,
    version: schemaVersionField === undefined ? undefined : versionOf(inserted, schemaVersionField),
  })
  const value: Record<string, unknown> = { payload: payload.value }
  for (const { alias, value: of } of within) setField(value, alias, of)
  return { schema, value }
}

function versionOf({ schema, row }: Inserted, field: string): number | undefined {
  return (fieldOfType(schema, row, { name: field, type: 'int32' }) ?? undefined) as number | undefined
}
