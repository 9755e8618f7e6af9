import { date, optional, time, timestamp, type RecordSchema } from '@sluice/template'
import { timestampTypes, unixPrecisions } from '../../built-in/timestamp-value.ts'
import { casesOf, type GoldenCase, record, typed, untyped } from '../golden-case.ts'
import { everything, everythingValue, one, typesByName } from './shared.ts'

const all = typed(everything, everythingValue)
const format = { format: 'yyyy-MM-dd HH:mm:ss.SSS' }

const moments: Readonly<Record<string, readonly [RecordSchema, unknown]>> = {
  timestamp: [timestamp(), new Date(1_700_000_000_123)],
  old: [timestamp(), new Date(-123_456_789)],
  date: [date(), 19_000],
  time: [time(), 3_723_004],
  unix: [{ type: 'int64' }, 1_700_000_000_123n],
  negative: [{ type: 'int64' }, -1n],
  string: [{ type: 'string' }, '2024-02-29 13:14:15.016'],
  optional: [timestamp({ optional: true }), new Date(5)],
  default: [timestamp({ default: new Date(7), doc: 'd' }), new Date(5)],
}

const eachToEach = Object.entries(moments).flatMap(([from, [schema, value]]) =>
  timestampTypes.flatMap(
    (target) =>
      [
        [`${from}-to-${target}`, { 'target.type': target, ...format }, typed(schema, value)],
        [
          `field-${from}-to-${target}`,
          { 'target.type': target, field: 'v', ...format },
          typed(one(schema), { v: value }),
        ],
      ] as const,
  ),
)

const precisions = unixPrecisions.flatMap((precision) =>
  [
    0n,
    1n,
    -1n,
    1_700_000_000n,
    1_700_000_000_123n,
    1_700_000_000_123_456n,
    -1_700_000_000_123_456_789n,
  ].flatMap(
    (unix, index) =>
      [
        [
          `unix-${precision}-${index}-to-timestamp`,
          { 'target.type': 'Timestamp', 'unix.precision': precision },
          typed({ type: 'int64' }, unix),
        ],
        [
          `unix-${precision}-${index}-to-unix`,
          { 'target.type': 'unix', 'unix.precision': precision },
          untyped(String(unix)),
        ],
      ] as const,
  ),
)

const timestampsToUnix = unixPrecisions.map(
  (precision) =>
    [
      `timestamp-to-unix-${precision}`,
      { 'target.type': 'unix', 'unix.precision': precision },
      typed(timestamp(), new Date(-1_500)),
    ] as const,
)

const parsed: readonly (readonly [format: string, text: string])[] = [
  ['yyyy-MM-dd', '2024-02-29'],
  ['yyyy-MM-dd', '2024-02-29 and more'],
  ['yyyy-MM-dd', ' 2024-02-29'],
  ['yyyy-MM-dd', '2024-2-9'],
  ['yyyy-MM-dd', '2024-14-35'],
  ['yyyy-MM-dd', '24-02-29'],
  ['yyyy-MM-dd', '2024/02/29'],
  ['yyyy-MM-dd', ''],
  ['yyyy-MM-dd', '20240229'],
  ['yyyyMMdd', '20240229'],
  ['yyyyMMddHHmmss', '20240229131415'],
  ['yyyyMMdd', '2024022'],
  ['yy-MM-dd', '24-02-29'],
  ['yy-MM-dd', '99-02-28'],
  ['yy-MM-dd', '2024-02-29'],
  ["yyyy-MM-dd'T'HH:mm:ss.SSSX", '2024-02-29T13:14:15.016Z'],
  ["yyyy-MM-dd'T'HH:mm:ssXXX", '2024-02-29T13:14:15+01:30'],
  ["yyyy-MM-dd'T'HH:mm:ssXX", '2024-02-29T13:14:15-0130'],
  ["yyyy-MM-dd'T'HH:mm:ssX", '2024-02-29T13:14:15-01'],
  ["yyyy-MM-dd'T'HH:mm:ssXXX", '2024-02-29T13:14:15+0130'],
  ['yyyy-MM-dd HH:mm:ss Z', '2024-02-29 13:14:15 +0100'],
  ['yyyy-MM-dd HH:mm:ss z', '2024-02-29 13:14:15 UTC'],
  ['yyyy-MM-dd HH:mm:ss z', '2024-02-29 13:14:15 GMT+02:00'],
  ['yyyy-MM-dd HH:mm:ss z', '2024-02-29 13:14:15 PST'],
  ['yyyy-MM-dd HH:mm:ss z', '2024-02-29 13:14:15 Nowhere'],
  ['EEE, dd MMM yyyy HH:mm:ss', 'Thu, 29 Feb 2024 13:14:15'],
  ['EEE, dd MMM yyyy HH:mm:ss', 'Mon, 29 Feb 2024 13:14:15'],
  ['EEEE, d MMMM yyyy', 'thursday, 29 february 2024'],
  ['dd MMMM yyyy', '29 Feb 2024'],
  ['dd MMM yyyy', '29 February 2024'],
  ['dd MMM yyyy', '29 Feber 2024'],
  ['hh:mm a', '12:05 AM'],
  ['hh:mm a', '12:05 pm'],
  ['hh:mm a', '13:05 AM'],
  ['K:mm a', '0:05 PM'],
  ['k:mm', '24:05'],
  ['HH:mm', '25:61'],
  ['yyyy DDD', '2024 060'],
  ['yyyy-MM-dd G', '2024-02-29 AD'],
  ['S', '7'],
  ['ss.SSS', '05.5'],
  ['ss.SSSSSS', '05.123456'],
  ['yyyy', '-5'],
  ['yyyy-MM-dd', '0000-01-01'],
  ["'week' yyyy", 'week 2024'],
  ["'week' yyyy", 'Week 2024'],
  ['YYYY-ww', '2024-09'],
  ['HH:mm H', '10:20 5'],
  ['hh a H', '11 PM 3'],
]

const parsedCases = parsed.map(
  ([pattern, text], index) =>
    [`parse-${index}`, { 'target.type': 'unix', format: pattern }, typed({ type: 'string' }, text)] as const,
)

const refusedTypes = ['int8', 'int32', 'float64', 'boolean', 'bytes', 'decimal']
const someValue: Readonly<Record<string, unknown>> = {
  int8: 1,
  int32: 1,
  float64: 1.5,
  boolean: true,
  bytes: Buffer.from([1]),
  decimal: '1.00',
}

export const timestampConverterCases: readonly GoldenCase[] = [
  ...casesOf('TimestampConverter$Value', [
    ...eachToEach,
    ...precisions,
    ...timestampsToUnix,
    ...parsedCases,
    ...refusedTypes.map(
      (type) =>
        [`from-${type}`, { 'target.type': 'unix' }, typed(typesByName[type]!, someValue[type])] as const,
    ),
    ...['5', '1700000000123', '"2024-02-29 13:14:15.016"', '"nope"', '1.5', 'true', 'null', '[1]'].flatMap(
      (json, index) =>
        (['string', 'unix'] as const).flatMap(
          (target) =>
            [
              [
                `plain-${index}-to-${target}`,
                { 'target.type': target, field: 'v', ...format },
                untyped(`{"v":${json}}`),
              ],
              [`plain-whole-${index}-to-${target}`, { 'target.type': target, ...format }, untyped(json)],
            ] as const,
        ),
    ),
    ['plain-to-Timestamp', { 'target.type': 'Timestamp' }, untyped('5')],
    ['plain-absent', { 'target.type': 'string', field: 'w', ...format }, untyped('{"v":1}')],
    ['absent', { 'target.type': 'string', field: 'nothing', ...format }, all],
    ['several-stay', { 'target.type': 'string', field: 'at', ...format }, all],
    ['null', { 'target.type': 'unix' }, null],
    ['null-field-of-null', { 'target.type': 'unix', field: 'at' }, null],
    ['null-with-schema', { 'target.type': 'unix' }, typed(timestamp({ optional: true }), null)],
    ['null-with-schema-field', { 'target.type': 'unix', field: 'at' }, typed(optional(everything), null)],
    [
      'null-field',
      { 'target.type': 'unix', field: 'v' },
      typed(one(timestamp({ optional: true })), { v: null }),
    ],
    [
      'default-of-a-field',
      { 'target.type': 'unix', field: 'v' },
      typed(one(timestamp({ optional: true, default: new Date(9) })), { v: null }),
    ],
    [
      'default-kept-away',
      { 'target.type': 'unix', field: 'v', 'replace.null.with.default': 'false' },
      typed(one(timestamp({ optional: true, default: new Date(9) })), { v: null }),
    ],
    ['not-a-struct', { 'target.type': 'unix', field: 'v' }, typed(timestamp(), new Date(5))],
    ['plain-not-a-map', { 'target.type': 'unix', field: 'v' }, untyped('5')],
    ['string-without-format', { 'target.type': 'string' }, untyped('5')],
    ['string-read-without-format', { 'target.type': 'unix' }, untyped('"2024"')],
    ['unknown-target', { 'target.type': 'moment' }, untyped('5')],
    ['unknown-precision', { 'target.type': 'unix', 'unix.precision': 'days' }, untyped('5')],
    ['bad-format', { 'target.type': 'string', format: 'yyyy-foo' }, untyped('5')],
    ['no-target', {}, untyped('5')],
    ['beyond-dates', { 'target.type': 'Timestamp' }, typed({ type: 'int64' }, 9_223_372_036_854_775_807n)],
    [
      'before-1582',
      { 'target.type': 'string', ...format },
      typed(timestamp(), new Date('1500-01-01T00:00:00Z')),
    ],
    [
      'before-christ',
      { 'target.type': 'string', format: 'yyyy G' },
      typed(timestamp(), new Date('-000099-01-01T00:00:00Z')),
    ],
  ]),
  ...casesOf('TimestampConverter$Key', [
    ['key', { 'target.type': 'unix' }, record({ key: typed(timestamp(), new Date(5)), value: untyped('1') })],
  ]),
]
