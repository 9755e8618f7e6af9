import { fullName, type GoldenCase, type GoldenStep, record, typed, untyped } from '../golden-case.ts'
import { changeOf, envelopeOf } from './debezium.ts'
import { everything, everythingValue } from './shared.ts'

const step = (type: string, settings: GoldenStep['settings']): GoldenStep => ({
  type: fullName(type),
  settings,
})

const order = typed(everything, everythingValue)

/** Transforms that are often seen together. */
export const chainCases: readonly GoldenCase[] = [
  {
    id: 'chain/key-of-a-jdbc-source',
    chain: [step('ValueToKey', { fields: 'i32' }), step('ExtractField$Key', { field: 'i32' })],
    record: record({ value: order, kind: 'source' }),
  },
  {
    id: 'chain/five',
    chain: [
      step('ReplaceField$Value', { exclude: 'map,bytes,list' }),
      step('Flatten$Value', { delimiter: '_' }),
      step('Cast$Value', { spec: 'i32:string' }),
      step('InsertField$Value', { 'static.field': 'origin', 'static.value': 'shop' }),
      step('TimestampConverter$Value', { field: 'at', 'target.type': 'string', format: 'yyyy-MM-dd' }),
    ],
    record: record({ value: order }),
  },
  {
    id: 'chain/hoist-and-extract',
    chain: [step('HoistField$Value', { field: 'a' }), step('ExtractField$Value', { field: 'a' })],
    record: record({ value: untyped('{"b":1}') }),
  },
  {
    id: 'chain/plain-date-and-back',
    chain: [
      step('TimestampConverter$Value', { field: 'v', 'target.type': 'Timestamp' }),
      step('TimestampConverter$Value', {
        field: 'v',
        'target.type': 'string',
        format: 'yyyy-MM-dd HH:mm:ss.SSS',
      }),
    ],
    record: record({ value: untyped('{"v":1700000000123}') }),
  },
  {
    id: 'chain/plain-day-and-back',
    chain: [
      step('TimestampConverter$Value', { field: 'v', 'target.type': 'Date' }),
      step('TimestampConverter$Value', {
        field: 'v',
        'target.type': 'string',
        format: 'yyyy-MM-dd HH:mm:ss.SSS',
      }),
    ],
    record: record({ value: untyped('{"v":1700000000123}') }),
  },
  {
    id: 'chain/plain-time-and-back',
    chain: [
      step('TimestampConverter$Value', { field: 'v', 'target.type': 'Time' }),
      step('TimestampConverter$Value', { field: 'v', 'target.type': 'unix' }),
    ],
    record: record({ value: untyped('{"v":1700000000123}') }),
  },
  {
    id: 'chain/unwrap-and-route',
    chain: [
      step('io.debezium.transforms.ExtractNewRecordState', {
        'add.fields': 'op',
        'delete.tombstone.handling.mode': 'rewrite',
      }),
      step('RegexRouter', { regex: '([^.]+)\\.([^.]+)\\.([^.]+)', replacement: '$3' }),
    ],
    record: record({
      topic: 'server.public.orders',
      value: typed(
        envelopeOf({ type: 'struct', fields: [{ name: 'id', schema: { type: 'int32' } }] }),
        changeOf({ op: 'c', after: { id: 5 } }),
      ),
    }),
  },
  {
    id: 'chain/header-of-a-date',
    chain: [
      step('HeaderFrom$Value', { fields: 'at,price', headers: 'at,price', operation: 'move' }),
      step('DropHeaders', { headers: 'price' }),
      step('InsertHeader', { header: 'x', 'value.literal': '5' }),
    ],
    record: record({ value: order }),
  },
]
