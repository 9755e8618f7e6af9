import { date, decimal, optional, struct, time, timestamp } from '@sluice/template'
import { castTypes } from '../../built-in/cast-value.ts'
import { casesOf, type GoldenCase, record, typed, untyped } from '../golden-case.ts'
import { everything, everythingValue, one, plainEverything, typesByName } from './shared.ts'

const values: Readonly<Record<string, readonly unknown[]>> = {
  int8: [0, -128, 127],
  int16: [300, -32_768],
  int32: [70_000, -2_147_483_648],
  int64: [9_007_199_254_740_993n, -1n, 4_294_967_296n],
  float32: [1.5, Math.fround(3.4e38), -0.75],
  float64: [0.1, -2.5e10, 1e300],
  boolean: [true, false],
  string: ['12', '-7', '3.5', 'true', ' 8', '1e3', 'x', '', '+5', '300', '2.5f', 'NaN'],
  bytes: [Buffer.from([1, 2, 255]), Buffer.alloc(0)],
  decimal: ['12.30', '-0.99', '99999999999999999999.00', '0.00'],
  date: [0, 19_000, -1],
  time: [0, 3_723_004],
  timestamp: [new Date(0), new Date(1_700_000_000_123), new Date(1_699_920_000_000), new Date(-1)],
}

const eachTypeToEach: readonly GoldenCase[] = Object.entries(values).flatMap(([from, of]) =>
  castTypes.flatMap((to) =>
    casesOf(
      'Cast$Value',
      of.map((value, index) => [
        `${from}-${index}-to-${to}`,
        { spec: `v:${to}` },
        typed(one(typesByName[from]!), { v: value }),
      ]),
    ),
  ),
)

const plainValues = [
  '5',
  '-300',
  '9007199254740993',
  '2.5',
  '-1.0e300',
  'true',
  '"17"',
  '"nope"',
  'null',
  '[1]',
  '{"a":1}',
]

const plain: readonly GoldenCase[] = plainValues.flatMap((json, index) =>
  castTypes.flatMap((to) => [
    ...casesOf('Cast$Value', [
      [`plain-${index}-to-${to}`, { spec: `v:${to}` }, untyped(`{"v":${json},"w":1}`)],
    ]),
  ]),
)

const withDefaults = struct(
  {
    a: { type: 'int32', optional: true, default: 300 },
    b: { type: 'string', default: '7' },
    c: { type: 'string', optional: true },
  },
  { name: 'D', optional: true },
)

/** What JSON has no number for comes of a text first. */
const oddNumbers: readonly GoldenCase[] = ['NaN', 'Infinity', '-Infinity', '-0.0', '1e20', '-1e20'].flatMap(
  (text) =>
    castTypes.map((to): GoldenCase => {
      const [first] = casesOf('Cast$Value', [
        [`${text}-to-${to}`, { spec: 'float64' }, typed({ type: 'string' }, text)],
      ])
      return { ...first!, chain: [...first!.chain, { ...first!.chain[0]!, settings: { spec: to } }] }
    }),
)

export const castCases: readonly GoldenCase[] = [
  ...eachTypeToEach,
  ...plain,
  ...oddNumbers,
  ...casesOf('Cast$Value', [
    [
      'several-fields',
      { spec: 'i8:string, i64:float64,flag:int8 , text:string' },
      typed(everything, everythingValue),
    ],
    ['field-that-is-absent', { spec: 'nothing:int8' }, typed(everything, everythingValue)],
    ['plain-field-that-is-absent', { spec: 'nothing:int8' }, untyped('{"a":1}')],
    ['field-with-a-dot', { spec: 'dotted.name:string' }, typed(everything, everythingValue)],
    ['type-in-capitals', { spec: 'v:INT16' }, typed(one({ type: 'int8' }), { v: 1 })],
    ['null', { spec: 'v:int8' }, null],
    ['null-with-schema', { spec: 'v:int8' }, typed(optional(one({ type: 'int32' })), null)],
    ['null-field', { spec: 'v:string' }, typed(one({ type: 'int32', optional: true }), { v: null })],
    ['defaults', { spec: 'a:int8,b:int32' }, typed(withDefaults, { a: null, b: '9', c: 'x' })],
    [
      'default-kept-away',
      { spec: 'a:int8,b:int32', 'replace.null.with.default': 'false' },
      typed(withDefaults, { a: null, b: '9', c: 'x' }),
    ],
    ['list', { spec: 'list:string' }, typed(everything, everythingValue)],
    ['map', { spec: 'map:string' }, typed(everything, everythingValue)],
    ['struct', { spec: 'address:string' }, typed(everything, everythingValue)],
    ['whole-int', { spec: 'string' }, typed({ type: 'int32', name: 'n', version: 2, doc: 'd' }, 5)],
    ['whole-optional', { spec: 'int8' }, typed({ type: 'string', optional: true }, '5')],
    ['whole-default', { spec: 'int64' }, typed({ type: 'string', default: '77' }, '5')],
    ['whole-date', { spec: 'int32' }, typed(date(), 5)],
    ['whole-time', { spec: 'string' }, typed(time(), 5)],
    ['whole-timestamp', { spec: 'string' }, typed(timestamp(), new Date(5))],
    ['whole-decimal', { spec: 'float64' }, typed(decimal(2), '5.25')],
    ['whole-struct', { spec: 'string' }, typed(everything, everythingValue)],
    ['whole-plain', { spec: 'string' }, untyped('5')],
    ['whole-plain-boolean', { spec: 'int8' }, untyped('true')],
    ['whole-plain-map', { spec: 'string' }, untyped('{"a":1}')],
    ['whole-plain-null', { spec: 'string' }, null],
    ['not-a-struct', { spec: 'v:string' }, typed({ type: 'int32' }, 5)],
    ['not-a-map', { spec: 'v:string' }, untyped('5')],
    ['no-spec', { spec: '' }, untyped('{}')],
    ['unknown-type', { spec: 'v:int9' }, untyped('{}')],
    ['type-bytes', { spec: 'v:bytes' }, untyped('{}')],
    ['two-colons', { spec: 'v:w:int8' }, untyped('{"v":1}')],
    ['whole-and-field', { spec: 'int8,v:int8' }, untyped('5')],
    [
      'plain-everything',
      { spec: 'id:string,ratio:string,flag:string,list:string' },
      untyped(plainEverything),
    ],
    ['plain-some', { spec: 'id:string,ratio:string,flag:string,none:int8' }, untyped(plainEverything)],
  ]),
  ...casesOf('Cast$Key', [
    [
      'key-whole',
      { spec: 'string' },
      record({ key: typed({ type: 'int64' }, 5n), value: untyped('{"v":1}') }),
    ],
    ['key-field', { spec: 'v:string' }, record({ key: typed(one({ type: 'int64' }), { v: 5n }) })],
    ['key-null', { spec: 'v:string' }, record({ value: untyped('1') })],
  ]),
]
