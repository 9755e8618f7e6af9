import {
  type Converter,
  type ConverterDefinition,
  kindOf,
  parseConfig,
  type SchemaAndValue,
} from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import fc from 'fast-check'
import { byteArrayConverter } from './byte-array-converter.ts'
import { jsonConverter } from './json/json-converter.ts'
import { simpleHeaderConverter } from './simple-header-converter.ts'
import { stringConverter } from './string-converter.ts'

const target = { topic: 't', header: 'h' }

function open(definition: unknown, settings: Readonly<Record<string, string>> = {}): Converter {
  const converter = definition as ConverterDefinition
  const { config } = parseConfig(converter.config, new Map(Object.entries(settings)))
  return converter.open({ config: config!, role: 'value', log: memoryLogger() })
}

const text = open(stringConverter)
const bytes = open(byteArrayConverter)
const header = open(simpleHeaderConverter)
const schemaContent = '{"type":"struct","fields":[{"field":"a","type":"int32"}]}'
const all: readonly (readonly [string, Converter])[] = [
  ['String', text],
  ['ByteArray', bytes],
  ['SimpleHeader', header],
  ['JSON with schemas', open(jsonConverter)],
  ['JSON without schemas', open(jsonConverter, { 'schemas.enable': 'false' })],
  ['JSON of a given schema', open(jsonConverter, { 'schema.content': schemaContent })],
]

function back(converter: Converter, data: SchemaAndValue): unknown {
  return (converter.fromBytes(target, converter.toBytes(target, data) as Uint8Array) as SchemaAndValue).value
}

describe('converters without settings', () => {
  it('give back texts and bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => expect(back(text, { value })).toBe(value)),
    )
    fc.assert(fc.property(fc.uint8Array(), (value) => expect(back(bytes, { value })).toEqual(value)))
  })

  it('give back headers that are numbers, booleans or plain words', () => {
    const value = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.stringMatching(/^[a-z]{5,9}$/))
    fc.assert(
      fc.property(value, (one) => {
        // null, true and false are words of their own
        fc.pre(!['false', 'null', 'true'].includes(String(one)) || typeof one !== 'string')
        const made = header.toBytes(target, { value: one }) as Uint8Array | null
        expect((header.fromBytes(target, made) as SchemaAndValue).value).toBe(one)
      }),
    )
  })
})

describe('a decimal of too many digits', () => {
  it.each(['500000000', '-500000000', '1e99', 'x'])('is refused: scale %s', (scale) => {
    const decimal = `{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"${scale}"}}`
    const document = Buffer.from(`{"schema":${decimal},"payload":"AQ=="}`)
    expect(() => open(jsonConverter).fromBytes(target, document)).toThrow('has the scale')
  })
})

describe('whatever bytes there are', () => {
  const any = fc.oneof(
    fc.uint8Array(),
    fc.json().map((json) => Buffer.from(json)),
    fc.json().map((json) => Buffer.from(`{"schema":{"type":"struct","fields":[]},"payload":${json}}`)),
    fc
      .tuple(fc.json(), fc.json())
      .map(([schema, payload]) => Buffer.from(`{"schema":${schema},"payload":${payload}}`)),
  )

  it.each(all)('%s reads them or refuses them as a record error', (_, converter) => {
    fc.assert(
      fc.property(any, (given) => {
        try {
          void converter.fromBytes(target, given)
        } catch (error) {
          expect([String(error), kindOf(error)]).toEqual([String(error), 'record'])
        }
      }),
      { numRuns: 1000 },
    )
  })

  it.each(all)('%s comes to an end with deep ones', (_, converter) => {
    for (const deep of ['['.repeat(100_000), `{"schema":${'{"type":"array","items":'.repeat(20_000)}`]) {
      try {
        void converter.fromBytes(target, Buffer.from(deep))
      } catch (error) {
        expect(kindOf(error)).toBe('record')
      }
    }
    const closed = `{"schema":${'{"type":"array","items":'.repeat(5000)}{"type":"int32"}${'}'.repeat(5000)},"payload":${'['.repeat(5000)}${']'.repeat(5000)}}`
    try {
      void converter.fromBytes(target, Buffer.from(closed))
    } catch (error) {
      expect(kindOf(error)).toBe('record')
    }
  })
})
