import { struct, timestamp, type RecordSchema } from '@sluice/template'
import { casesOf, type GoldenCase, type GoldenRecord, record, typed, untyped } from '../golden-case.ts'
import { type Change, changeOf, envelopeOf } from './debezium.ts'

const columns = {
  id: { type: 'string' },
  aggregatetype: { type: 'string' },
  aggregateid: { type: 'string' },
  type: { type: 'string' },
  payload: { type: 'string', optional: true },
  shard: { type: 'int32', optional: true },
  version: { type: 'int32', optional: true },
  at: { type: 'int64', optional: true, name: 'io.debezium.time.MicroTimestamp', version: 1 },
} as const satisfies Record<string, RecordSchema>

const row = struct(columns, { name: 'server.public.outbox.Value' })
const event = {
  id: '6a5b',
  aggregatetype: 'Order',
  aggregateid: '17',
  type: 'OrderCreated',
  payload: '{"total":5}',
  shard: 2,
  version: 3,
  at: 1_699_999_999_000_123n,
}

function change(of: Change, more: Partial<GoldenRecord> = {}): GoldenRecord {
  const value = typed(envelopeOf(row, 'server.public.outbox.Envelope'), changeOf(of))
  return record({ kind: 'source', topic: 'server.public.outbox', value, ...more })
}

const inserted = (more: Partial<typeof event> | { payload: string | null } = {}): GoldenRecord =>
  change({ op: 'c', after: { ...event, ...more } })

/** Rows whose columns have other types. */
function other(
  types: Readonly<Record<string, RecordSchema>>,
  values: Readonly<Record<string, unknown>>,
): GoldenRecord {
  const schema = struct({ ...columns, ...types }, { name: 'server.public.outbox.Value' })
  return record({
    kind: 'source',
    value: typed(envelopeOf(schema), changeOf({ op: 'c', after: { ...event, ...values } })),
  })
}

const placement = (text: string): Record<string, string> => ({ 'table.fields.additional.placement': text })
const expand = { 'table.expand.json.payload': 'true' }
const payloads = [
  '{"a":1,"b":"x","c":true,"d":2.5,"e":3000000000}',
  '{"a":null,"b":{"c":{"d":1}},"e":{}}',
  '{"list":[1,2],"texts":["a",null,"b"],"empty":[]}',
  '{"items":[{"id":1,"name":"a"},{"id":2,"name":"b"}]}',
  '{"nested":[[1],[2]]}',
  '{"one":[{"id":1,"tags":["x"]}]}',
  '{"float":1.0,"exp":1e3}',
  '{}',
  'plain text',
  '{"broken":',
  '',
  '{"nulls":[null]}',
  '{"mixed":[1,"a"]}',
  '{"mixed":[1,2.5]}',
  '{"items":[{"id":1,"name":"a"},{"id":2}]}',
  '[1,2]',
  '{"huge":123456789012345678901234567890}',
  '{"a":1,"a":2}',
]

const type = 'io.debezium.transforms.outbox.EventRouter'

export const eventRouterCases: readonly GoldenCase[] = casesOf(type, [
  ['insert', {}, inserted()],
  ['snapshot', {}, change({ op: 'r', after: event })],
  ['delete', {}, change({ op: 'd', before: event })],
  ['update', {}, change({ op: 'u', before: event, after: event })],
  [
    'update-error',
    { 'table.op.invalid.behavior': 'error' },
    change({ op: 'u', before: event, after: event }),
  ],
  [
    'update-fatal',
    { 'table.op.invalid.behavior': 'fatal' },
    change({ op: 'u', before: event, after: event }),
  ],
  ['tombstone', {}, record({})],
  ['plain', {}, record({ value: untyped('{"op":"c"}') })],
  ['no-envelope', {}, record({ value: typed(row, event) })],
  ['headers-before', {}, change({ op: 'c', after: event }, { headers: [['a', untyped('1')]] })],
  ['without-seen', {}, change({ op: 'c', after: event, ts_ms: null })],
  ['header', placement('type:header'), inserted()],
  ['header-alias', placement('type:header:eventType'), inserted()],
  ['envelope', placement('type:envelope'), inserted()],
  ['envelope-alias', placement('type:envelope:eventType, shard:envelope'), inserted()],
  ['envelope-named-payload', placement('type:envelope:payload'), inserted()],
  ['partition', placement('shard:partition'), inserted()],
  ['partition-no-int', placement('type:partition'), inserted()],
  ['all-places', placement('type:header:eventType,type:envelope:kind,shard:partition'), inserted()],
  ['additional-missing', placement('nothing:header'), inserted()],
  [
    'additional-missing-allowed',
    { ...placement('nothing:header'), 'table.fields.additional.error.on.missing': 'false' },
    inserted(),
  ],
  ['placement-unknown', placement('type:pocket'), inserted()],
  ['placement-short', placement('type'), inserted()],
  ['placement-long', placement('type:header:a:b'), inserted()],
  [
    'schema-version',
    { ...placement('type:envelope'), 'table.field.event.schema.version': 'version' },
    inserted(),
  ],
  ['schema-version-without-envelope', { 'table.field.event.schema.version': 'version' }, inserted()],
  ['timestamp-micro', { 'table.field.event.timestamp': 'at' }, inserted()],
  ['timestamp-null', { 'table.field.event.timestamp': 'at' }, other({}, { at: null })],
  [
    'timestamp-milli',
    { 'table.field.event.timestamp': 'at' },
    other({ at: { type: 'int64', name: 'io.debezium.time.Timestamp' } }, { at: 1_700_000_000_001n }),
  ],
  [
    'timestamp-nano',
    { 'table.field.event.timestamp': 'at' },
    other(
      { at: { type: 'int64', name: 'io.debezium.time.NanoTimestamp' } },
      { at: 1_700_000_000_000_999_999n },
    ),
  ],
  [
    'timestamp-without-name',
    { 'table.field.event.timestamp': 'at' },
    other({ at: { type: 'int64' } }, { at: 1n }),
  ],
  [
    'timestamp-of-connect',
    { 'table.field.event.timestamp': 'at' },
    other({ at: timestamp() }, { at: new Date(5) }),
  ],
  ['timestamp-no-int', { 'table.field.event.timestamp': 'type' }, inserted()],
  ['timestamp-absent', { 'table.field.event.timestamp': 'nothing' }, inserted()],
  [
    'other-columns',
    {
      'table.field.event.id': 'type',
      'table.field.event.key': 'id',
      'table.field.event.payload': 'aggregateid',
      'route.by.field': 'type',
    },
    inserted(),
  ],
  ['key-is-a-number', { 'table.field.event.key': 'shard' }, inserted()],
  ['id-absent', { 'table.field.event.id': 'nothing' }, inserted()],
  ['key-absent', { 'table.field.event.key': 'nothing' }, inserted()],
  ['payload-absent', { 'table.field.event.payload': 'nothing' }, inserted()],
  ['route-absent', { 'route.by.field': 'nothing' }, inserted()],
  ['route-number', { 'route.by.field': 'shard' }, inserted()],
  ['route-replacement', { 'route.topic.replacement': 'events.${routedByValue}.v1' }, inserted()],
  ['route-regex', { 'route.topic.regex': '(.)(.*)', 'route.topic.replacement': '$2.$1' }, inserted()],
  ['route-regex-no-match', { 'route.topic.regex': 'x(.*)', 'route.topic.replacement': '$1' }, inserted()],
  ['route-regex-bad', { 'route.topic.regex': '(' }, inserted()],
  ['payload-null', {}, inserted({ payload: null })],
  ['payload-null-tombstone', { 'route.tombstone.on.empty.payload': 'true' }, inserted({ payload: null })],
  ['payload-empty-tombstone', { 'route.tombstone.on.empty.payload': 'true' }, inserted({ payload: ' ' })],
  ['payload-full-tombstone', { 'route.tombstone.on.empty.payload': 'true' }, inserted()],
  [
    'payload-null-tombstone-envelope',
    { ...placement('type:envelope'), 'route.tombstone.on.empty.payload': 'true' },
    inserted({ payload: null }),
  ],
  ['payload-bytes', {}, other({ payload: { type: 'bytes' } }, { payload: Buffer.from('abc') })],
  ['payload-struct', {}, other({ payload: struct({ a: { type: 'int32' } }) }, { payload: { a: 1 } })],
  ...payloads.flatMap((payload, index) => [
    [`expand-${index}`, expand, inserted({ payload })] as const,
    [
      `expand-nulls-${index}`,
      { ...expand, 'table.json.payload.null.behavior': 'optional_bytes' },
      inserted({ payload }),
    ] as const,
  ]),
  ['expand-null', expand, inserted({ payload: null })],
  ['expand-envelope', { ...expand, ...placement('type:envelope') }, inserted({ payload: payloads[0]! })],
  ['expand-bytes', expand, other({ payload: { type: 'bytes' } }, { payload: Buffer.from('{}') })],
])
