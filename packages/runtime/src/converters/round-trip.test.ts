import {
  type Converter,
  type ConverterDefinition,
  parseConfig,
  type RecordSchema,
  type SchemaAndValue,
} from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import fc from 'fast-check'
import { typed } from '../transforms/testing/arbitrary-record.ts'
import { byteArrayConverter } from './byte-array-converter.ts'
import { jsonConverter } from './json/json-converter.ts'
import { schemaText } from './json/schema-text.ts'
import { simpleHeaderConverter } from './simple-header-converter.ts'
import { stringConverter } from './string-converter.ts'

// Numbers and booleans: converter-golden.test.ts. Avro, JSON Schema, Protobuf: converter-schema-registry.

const target = { topic: 't', header: 'h' }

function open(definition: unknown, settings: Readonly<Record<string, string>> = {}): Converter {
  const converter = definition as ConverterDefinition
  const { config } = parseConfig(converter.config, new Map(Object.entries(settings)))
  return converter.open({ config: config!, role: 'value', log: memoryLogger() })
}

function back(converter: Converter, data: SchemaAndValue): SchemaAndValue {
  return converter.fromBytes(target, converter.toBytes(target, data) as Uint8Array | null) as SchemaAndValue
}

/** `optional: false` and its absence are the same. */
function withoutFalse(schema: RecordSchema | undefined): unknown {
  return JSON.parse(
    JSON.stringify(schema ?? null, (key, value: unknown) =>
      key === 'optional' && value === false ? undefined : value,
    ),
  )
}

/** JSON has no bytes and no dates of its own; numbers beyond 2^53 are exact, so they come back as bigint. */
const plainJson = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true }),
    fc.oneof(fc.bigInt({ min: 2n ** 53n }), fc.bigInt({ max: -(2n ** 53n) })),
    fc.string({ unit: 'binary' }),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('constructor')), tie('any'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).any

const formats = ['BASE64', 'NUMERIC'] as const

describe('the JSON converter gives back', () => {
  it.each(formats)('any value with its schema (decimals %s)', (format) => {
    const converter = open(jsonConverter, { 'decimal.format': format })
    fc.assert(
      fc.property(typed, ({ schema, value }) => {
        const made = back(converter, { schema: schema!, value })
        expect(made.value).toEqual(value)
        expect(withoutFalse(made.schema)).toEqual(withoutFalse(schema))
      }),
      { numRuns: 500 },
    )
  })

  it.each(formats)('any value of the schema that it was given (decimals %s)', (format) => {
    fc.assert(
      fc.property(typed, ({ schema, value }) => {
        const content = schemaText(schema!, { decimals: format, replaceNullWithDefault: false })
        const written = open(jsonConverter, { 'schemas.enable': 'false', 'decimal.format': format })
        const read = open(jsonConverter, { 'schema.content': content, 'decimal.format': format })
        const bytes = written.toBytes(target, { schema: schema!, value }) as Uint8Array
        const made = read.fromBytes(target, bytes) as SchemaAndValue
        expect(made.value).toEqual(value)
        expect(withoutFalse(made.schema)).toEqual(withoutFalse(schema))
      }),
      { numRuns: 300 },
    )
  })

  it.each(['true', 'false'])('any plain value without a schema (schemas.enable=%s)', (enable) => {
    const converter = open(jsonConverter, { 'schemas.enable': enable })
    fc.assert(
      fc.property(plainJson, (value) => expect(back(converter, { value }).value).toEqual(value)),
      { numRuns: 500 },
    )
  })
})

describe('converters of text and bytes give back', () => {
  it('any text, null, and the empty text as itself', () => {
    const text = fc.option(fc.string({ unit: 'binary' }))
    fc.assert(fc.property(text, (value) => expect(back(open(stringConverter), { value }).value).toBe(value)))
  })

  it('any bytes, and null', () => {
    const bytes = fc.option(fc.uint8Array())
    fc.assert(
      fc.property(bytes, (value) => expect(back(open(byteArrayConverter), { value }).value).toEqual(value)),
    )
  })

  // the JVM's converter writes texts as they are too, so "1" is a number when it is read
  it('any header that is null, a boolean, a whole number, or a text that looks like nothing else', () => {
    const value = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.string({ unit: 'binary' }).filter((text) => !/^\s*(null|true|false|[-+.\d[{"])/.test(text)),
    )
    const whole = (read: unknown): unknown => (typeof read === 'number' ? BigInt(read) : read)
    fc.assert(
      fc.property(value, (one) =>
        expect(whole(back(open(simpleHeaderConverter), { value: one }).value)).toBe(one),
      ),
      { numRuns: 500 },
    )
  })

  it('any number in a header without losing a digit, whatever type it is read as', () => {
    const converter = open(simpleHeaderConverter)
    const text = (data: SchemaAndValue): string =>
      Buffer.from(converter.toBytes(target, data) as Uint8Array).toString()
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const again = text(back(converter, { schema: { type: 'float64' }, value }))
        expect(Number(again)).toBe(value === 0 ? 0 : value)
      }),
      { numRuns: 1000 },
    )
  })

  it('headers that are no text as the bytes that they are', () => {
    expect(open(simpleHeaderConverter).fromBytes(target, new Uint8Array([0xc3, 0x28]))).toEqual({
      schema: { type: 'bytes' },
      value: new Uint8Array([0xc3, 0x28]),
    })
  })
})
