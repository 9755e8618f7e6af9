import { date, decimal, optional, type RecordSchema, struct, time, timestamp } from '@sluice/template'

const address = optional(
  struct(
    { street: { type: 'string' }, zip: { type: 'int32', optional: true, default: 1000 } },
    { name: 'Address', version: 3 },
  ),
)

/** A field of every type. */
export const everything = struct(
  {
    i8: { type: 'int8' },
    i16: { type: 'int16' },
    i32: { type: 'int32' },
    i64: { type: 'int64' },
    f32: { type: 'float32' },
    f64: { type: 'float64' },
    flag: { type: 'boolean' },
    text: { type: 'string' },
    bytes: { type: 'bytes' },
    price: decimal(2),
    day: date(),
    clock: time(),
    at: timestamp(),
    list: { type: 'array', items: { type: 'int32', optional: true } },
    map: { type: 'map', keys: { type: 'string' }, values: { type: 'int64' } },
    address,
    gone: { type: 'string', optional: true },
    fallback: { type: 'string', optional: true, default: 'dflt' },
    'dotted.name': { type: 'string', optional: true },
  },
  { name: 'com.acme.Everything', version: 2, doc: 'all of it', parameters: { a: 'b' } },
)

export const everythingValue = {
  i8: -5,
  i16: 300,
  i32: 70_000,
  i64: 9_007_199_254_740_993n,
  f32: 1.5,
  f64: -0.1,
  flag: true,
  text: 'hello',
  bytes: Buffer.from([1, 2, 255]),
  price: '-12.30',
  day: 19_000,
  clock: 3_723_004,
  at: new Date(1_700_000_000_123),
  list: [1, null, 3],
  map: new Map([['a', 1n]]),
  address: { street: 'Main', zip: null },
  gone: null,
  fallback: null,
  'dotted.name': 'x',
}

/** A struct of one field `v`. */
export function one(schema: RecordSchema, more: Partial<RecordSchema> = {}): RecordSchema {
  return { ...struct({ v: schema }), ...(more as object) }
}

export const plainEverything =
  '{"id":7,"big":9007199254740993,"ratio":2.5,"flag":true,"text":"hello","none":null,"list":[1,"a",null],' +
  '"address":{"street":"Main","zip":1000,"geo":{"lat":1.5}},"dotted.name":"x","empty":{}}'

export const typesByName: Readonly<Record<string, RecordSchema>> = {
  int8: { type: 'int8' },
  int16: { type: 'int16' },
  int32: { type: 'int32' },
  int64: { type: 'int64' },
  float32: { type: 'float32' },
  float64: { type: 'float64' },
  boolean: { type: 'boolean' },
  string: { type: 'string' },
  bytes: { type: 'bytes' },
  decimal: decimal(2),
  date: date(),
  time: time(),
  timestamp: timestamp(),
}
