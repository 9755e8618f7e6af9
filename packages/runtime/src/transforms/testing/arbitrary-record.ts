import {
  type ConnectRecord,
  date,
  decimal,
  type Header,
  optional,
  type RecordSchema,
  type SchemaAndValue,
  struct,
  time,
  timestamp,
} from '@sluice/template'
import fc from 'fast-check'

/** Names that a transform may be told, and names that mean something in JavaScript. */
export const names = [
  'a',
  'b',
  'a.b',
  '',
  '__proto__',
  'constructor',
  'before',
  'after',
  'op',
  'source',
  'payload',
  'id',
]

const name = fc.constantFrom(...names)

const primitives: readonly (readonly [RecordSchema, fc.Arbitrary<unknown>])[] = [
  [{ type: 'int8' }, fc.integer({ min: -128, max: 127 })],
  [{ type: 'int32' }, fc.integer()],
  [{ type: 'int64' }, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [{ type: 'float32' }, fc.float()],
  [{ type: 'float64' }, fc.double()],
  [{ type: 'boolean' }, fc.boolean()],
  [{ type: 'string' }, fc.string()],
  [{ type: 'bytes' }, fc.uint8Array({ maxLength: 4 })],
  [decimal(2), fc.integer().map((whole) => `${whole}.25`)],
  [date(), fc.integer()],
  [time(), fc.integer({ min: 0, max: 86_399_999 })],
  [timestamp(), fc.date({ noInvalidDate: true })],
]

const primitive = fc
  .constantFrom(...primitives)
  .chain(([schema, value]) => value.map((of): SchemaAndValue => ({ schema, value: of })))

/** A value with the schema that it fits, a few levels deep. */
export const typed: fc.Arbitrary<SchemaAndValue> = fc.letrec<{ any: SchemaAndValue }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    primitive,
    fc.tuple(primitive, fc.nat(2)).map(([{ schema, value }, count]) => ({
      schema: { type: 'array', items: schema! } as const,
      value: Array.from({ length: count }, () => value),
    })),
    fc.tuple(fc.string(), primitive).map(([key, { schema, value }]) => ({
      schema: { type: 'map', keys: { type: 'string' }, values: schema! } as const,
      value: new Map([[key, value]]),
    })),
    fc
      .uniqueArray(fc.tuple(name, tie('any'), fc.boolean()), { maxLength: 5, selector: ([of]) => of })
      .map(structOf),
  ),
})).any

function structOf(fields: readonly [string, SchemaAndValue, boolean][]): SchemaAndValue {
  return {
    schema: {
      ...struct({}, { name: 'x.Envelope' }),
      fields: fields.map(([of, { schema }, isNull]) => ({
        name: of,
        schema: isNull ? optional(schema!) : schema!,
      })),
    },
    value: Object.fromEntries(fields.map(([of, { value }, isNull]) => [of, isNull ? null : value])),
  }
}

const untyped: fc.Arbitrary<SchemaAndValue> = fc
  .object({
    key: name,
    maxDepth: 3,
    withDate: true,
    withBigInt: true,
    withNullPrototype: true,
    withTypedArray: true,
  })
  .map((value) => ({ value }))

/** Also a value that has nothing to do with its schema. */
export const anyData: fc.Arbitrary<SchemaAndValue> = fc.oneof(
  { weight: 5, arbitrary: typed },
  { weight: 3, arbitrary: untyped },
  { weight: 1, arbitrary: fc.anything().map((value) => ({ value })) },
  { weight: 1, arbitrary: fc.tuple(typed, fc.anything()).map(([{ schema }, value]) => ({ schema, value })) },
  { weight: 1, arbitrary: fc.constant({ value: null }) },
)

const header: fc.Arbitrary<Header> = fc
  .tuple(name, anyData)
  .map(([key, { schema, value }]) => ({ key, value, ...(schema && { schema }) }))

export const arbitraryRecord: fc.Arbitrary<ConnectRecord<unknown>> = fc
  .record({
    topic: fc.oneof(fc.constantFrom('orders', 'db.public.orders'), fc.string({ minLength: 1 })),
    partition: fc.option(fc.nat(9), { nil: undefined }),
    key: anyData,
    value: anyData,
    headers: fc.option(fc.array(header, { maxLength: 3 }), { nil: undefined }),
    timestamp: fc.option(fc.nat(), { nil: undefined }),
    origin: fc.constantFrom({ topic: 't', partition: 0, offset: 5n }, { partition: { a: 1 }, offset: null }),
  })
  .map(({ key, value, ...rest }) => ({
    ...rest,
    key: key.value,
    keySchema: key.schema,
    value: value.value,
    valueSchema: value.schema,
  }))
