import { struct, timestamp } from '@sluice/template'
import { casesOf, type GoldenCase, type GoldenRecord, record, typed, untyped } from '../golden-case.ts'
import { changeOf, envelopeOf, type Change } from './debezium.ts'

const row = struct(
  {
    id: { type: 'int32' },
    name: { type: 'string', optional: true, default: 'none' },
    state: { type: 'string' },
    at: timestamp({ optional: true }),
  },
  { name: 'server.public.orders.Value' },
)
const key = typed(
  struct(
    { id: { type: 'int32' }, name: { type: 'string', optional: true } },
    { name: 'server.public.orders.Key' },
  ),
  { id: 1, name: 'k' },
)
const before = { id: 1, name: 'old', state: 'new', at: null }
const after = { id: 1, name: null, state: 'paid', at: new Date(5) }
const envelope = envelopeOf(row)

function event(change: Change, more: Partial<GoldenRecord> = {}): GoldenRecord {
  return record({ key, topic: 'server.public.orders', value: typed(envelope, changeOf(change)), ...more })
}

const inTransaction = { transaction: { id: '571:53195832', total_order: 1n, data_collection_order: 2n } }
const events: Readonly<Record<string, GoldenRecord>> = {
  create: event({ op: 'c', after }),
  read: event({ op: 'r', after }),
  update: event({ op: 'u', before, after, ...inTransaction }),
  delete: event({ op: 'd', before }),
  truncate: event({ op: 't' }),
  tombstone: record({ key }),
  heartbeat: record({
    key,
    value: typed(struct({ ts_ms: { type: 'int64' } }, { name: 'io.debezium.connector.common.Heartbeat' }), {
      ts_ms: 1n,
    }),
  }),
  plain: record({ key, value: untyped('{"op":"c"}') }),
}

const modes = ['drop', 'tombstone', 'rewrite', 'rewrite-with-tombstone', 'delete-to-tombstone']
const type = 'io.debezium.transforms.ExtractNewRecordState'
const header = (names: readonly string[]): GoldenRecord['headers'] => [
  ['drop', typed({ type: 'array', items: { type: 'string' } }, names)],
]

export const extractNewRecordStateCases: readonly GoldenCase[] = casesOf(type, [
  ...modes.flatMap((mode) =>
    Object.entries(events).map(
      ([name, of]) => [`${mode}-${name}`, { 'delete.tombstone.handling.mode': mode }, of] as const,
    ),
  ),
  ...Object.entries(events).flatMap(([name, of]) => [
    [`default-${name}`, {}, of] as const,
    [
      `fields-${name}`,
      {
        'add.fields': 'op,table,lsn,source.ts_ms,ts_ms,transaction.id',
        'delete.tombstone.handling.mode': 'rewrite',
      },
      of,
    ] as const,
    [
      `headers-${name}`,
      {
        'add.headers': 'op, db, transaction.total_order,source.snapshot',
        'delete.tombstone.handling.mode': 'rewrite-with-tombstone',
      },
      of,
    ] as const,
  ]),
  [
    'fields-renamed',
    { 'add.fields': 'op:OPERATION,source.ts_ms:AT,db:DB', 'add.fields.prefix': 'x.' },
    events['create']!,
  ],
  ['fields-without-prefix', { 'add.fields': 'op,table', 'add.fields.prefix': '' }, events['create']!],
  [
    'fields-of-the-transaction',
    { 'add.fields': 'id,total_order,data_collection_order,ts_us' },
    events['update']!,
  ],
  ['fields-that-are-absent', { 'add.fields': 'nothing,source.nowhere' }, events['create']!],
  ['fields-of-an-absent-part', { 'add.fields': 'nowhere.id' }, events['create']!],
  ['fields-that-are-there', { 'add.fields': 'op:state', 'add.fields.prefix': '' }, events['create']!],
  ['fields-wrong', { 'add.fields': 'a:b:c' }, events['create']!],
  ['headers-renamed', { 'add.headers': 'op:OP', 'add.headers.prefix': 'dbz.' }, events['tombstone']!],
  [
    'headers-behind-others',
    { 'add.headers': 'op' },
    event({ op: 'c', after }, { headers: [['a', typed({ type: 'string' }, 'x')]] }),
  ],
  [
    'rewrite-keeps-null',
    { 'delete.tombstone.handling.mode': 'rewrite', 'replace.null.with.default': 'false' },
    events['create']!,
  ],
  ['route-create', { 'route.by.field': 'state' }, events['create']!],
  ['route-delete', { 'route.by.field': 'state' }, events['delete']!],
  ['route-blank', { 'route.by.field': 'state' }, event({ op: 'c', after: { ...after, state: '  ' } })],
  ['route-null', { 'route.by.field': 'name' }, events['create']!],
  ['route-number', { 'route.by.field': 'id' }, events['create']!],
  ['route-absent', { 'route.by.field': 'nothing' }, events['create']!],
  [
    'drop-fields',
    { 'drop.fields.header.name': 'drop' },
    event({ op: 'c', after }, { headers: header(['name', 'state', 'at']) }),
  ],
  [
    'drop-fields-all',
    { 'drop.fields.header.name': 'drop', 'drop.fields.keep.schema.compatible': 'false' },
    event({ op: 'c', after }, { headers: header(['name', 'state']) }),
  ],
  [
    'drop-fields-from-key',
    { 'drop.fields.header.name': 'drop', 'drop.fields.from.key': 'true' },
    event({ op: 'c', after }, { headers: header(['name', 'id']) }),
  ],
  ['drop-fields-without-header', { 'drop.fields.header.name': 'drop' }, events['create']!],
  [
    'drop-fields-empty',
    { 'drop.fields.header.name': 'drop' },
    event({ op: 'c', after }, { headers: header([]) }),
  ],
  [
    'drop-fields-delete',
    { 'drop.fields.header.name': 'drop', 'delete.tombstone.handling.mode': 'rewrite' },
    event({ op: 'd', before }, { headers: header(['name']) }),
  ],
  [
    'drop-fields-added',
    {
      'drop.fields.header.name': 'drop',
      'add.fields': 'op,table',
      'delete.tombstone.handling.mode': 'rewrite',
    },
    event({ op: 'c', after }, { headers: header(['name', '__op']) }),
  ],
  [
    'drop-fields-added-delete',
    {
      'drop.fields.header.name': 'drop',
      'add.fields': 'op,table',
      'delete.tombstone.handling.mode': 'rewrite',
    },
    event({ op: 'd', before }, { headers: header(['name', '__op', '__deleted']) }),
  ],
  [
    'drop-fields-tombstone',
    { 'drop.fields.header.name': 'drop', 'drop.fields.from.key': 'true' },
    event({ op: 'd', before }, { headers: header(['name']) }),
  ],
  ['route-with-blanks', { 'route.by.field': 'state' }, event({ op: 'c', after: { ...after, state: ' x ' } })],
  ['wrong-mode', { 'delete.tombstone.handling.mode': 'none' }, events['create']!],
  [
    'row-is-no-struct',
    {},
    record({ value: typed(envelopeOf({ type: 'string' }), changeOf({ op: 'c', after: '{"a":1}' })) }),
  ],
  [
    'no-after',
    {},
    record({ value: typed(struct({ op: { type: 'string' } }, { name: 'x.Envelope' }), { op: 'c' }) }),
  ],
])
