import { boolean, list, oneOf, string } from '@sluice/template'
import { regexIssue } from '../java/regex.ts'

export const eventRouterSettings = {
  idField: string({
    name: 'table.field.event.id',
    doc: 'Names the column with the id of the event, which becomes the header id.',
    group: 'Table',
    default: 'id',
  }),
  keyField: string({
    name: 'table.field.event.key',
    doc: 'Names the column with the key of the record.',
    group: 'Table',
    default: 'aggregateid',
  }),
  typeField: string({
    name: 'table.field.event.type',
    doc: 'Names the column with the type of the event; nothing reads it, there as here: place it with table.fields.additional.placement.',
    group: 'Table',
    default: 'type',
  }),
  payloadField: string({
    name: 'table.field.event.payload',
    doc: 'Names the column with the payload.',
    group: 'Table',
    default: 'payload',
  }),
  timestampField: string({
    name: 'table.field.event.timestamp',
    doc: "Names the column with the record's timestamp; absent: when Debezium saw the event.",
    group: 'Table',
    importance: 'MEDIUM',
    optional: true,
  }),
  schemaVersionField: string({
    name: 'table.field.event.schema.version',
    doc: "Names the column with the version of the value's schema.",
    group: 'Table',
    optional: true,
  }),
  additionalFields: list({
    name: 'table.fields.additional.placement',
    doc: 'Places further columns: column:header, column:envelope or column:partition, with :newName behind it or not.',
    group: 'Table',
    importance: 'HIGH',
    default: [],
    validate: (items) => placementIssue(items),
  }),
  errorOnMissing: boolean({
    name: 'table.fields.additional.error.on.missing',
    doc: 'Refuses an event that lacks one of those columns.',
    group: 'Table',
    importance: 'MEDIUM',
    default: true,
  }),
  invalidOperations: oneOf(['warn', 'error', 'fatal'], {
    name: 'table.op.invalid.behavior',
    doc: 'Says what becomes of an updated row: it is dropped with a warning or an error in the log, or refused (fatal).',
    group: 'Table',
    importance: 'MEDIUM',
    default: 'warn',
  }),
  expandJson: boolean({
    name: 'table.expand.json.payload',
    doc: 'Makes a value with a schema of a payload that is a JSON object. What is none stays a text, with a warning.',
    group: 'Table',
    importance: 'MEDIUM',
    default: false,
  }),
  jsonNulls: oneOf(['ignore', 'optional_bytes'], {
    name: 'table.json.payload.null.behavior',
    doc: 'Says what a null in that JSON becomes: nothing (ignore), or a field of bytes that is null.',
    group: 'Table',
    importance: 'MEDIUM',
    default: 'ignore',
  }),
  fieldNameAdjustmentMode: oneOf(['none'], {
    doc: 'Leaves the names in that JSON as they are; other modes are not supported.',
    group: 'Table',
    default: 'none',
  }),
  routeByField: string({
    doc: 'Names the column that says where the event goes.',
    group: 'Router',
    importance: 'HIGH',
    default: 'aggregatetype',
  }),
  routeTopicRegex: string({
    doc: 'Matches the whole of that column’s text; a regular expression of Java.',
    group: 'Router',
    default: '(?<routedByValue>.*)',
    validate: regexIssue,
  }),
  routeTopicReplacement: string({
    doc: 'Is the topic: takes the place of what matched.',
    group: 'Router',
    importance: 'HIGH',
    default: 'outbox.event.${routedByValue}',
  }),
  tombstoneOnEmptyPayload: boolean({
    name: 'route.tombstone.on.empty.payload',
    doc: 'Makes a tombstone of an event whose payload is empty.',
    group: 'Router',
    importance: 'HIGH',
    default: false,
  }),
}

const placements = ['header', 'envelope', 'partition'] as const

/** Where a further column goes, and under which name. */
export interface Placement {
  readonly field: string
  readonly place: (typeof placements)[number]
  readonly alias: string
}

export function parsePlacement(item: string): Placement {
  const [field = '', place = '', alias = field] = item.split(':').map((part) => part.trim())
  return { field, place: place.toLowerCase() as Placement['place'], alias }
}

function placementIssue(items: readonly string[]): string | undefined {
  const wrong = items.find((item) => {
    const parts = item.split(':')
    return parts.length < 2 || parts.length > 3 || !placements.includes(parsePlacement(item).place)
  })
  return wrong === undefined
    ? undefined
    : `has "${wrong}"; write column:header, column:envelope or column:partition`
}
