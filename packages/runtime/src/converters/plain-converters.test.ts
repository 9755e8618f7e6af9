import { type Converter, type ConverterDefinition, kindOf, parseConfig } from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import fc from 'fast-check'
import { isTolerable } from '../errors/stages.ts'
import { anyData } from '../transforms/testing/arbitrary-record.ts'
import { byteArrayConverter } from './byte-array-converter.ts'
import { jsonConverter } from './json/json-converter.ts'
import { primitiveConverters } from './primitive-converters.ts'
import { simpleHeaderConverter } from './simple-header-converter.ts'
import { stringConverter } from './string-converter.ts'

const target = { topic: 't', header: 'h' }

function open(definition: unknown, settings: Readonly<Record<string, string>> = {}): Converter {
  const converter = definition as ConverterDefinition
  const { config } = parseConfig(converter.config, new Map(Object.entries(settings)))
  return converter.open({ config: config!, role: 'value', log: memoryLogger() })
}

const schemaContent = '{"type":"struct","fields":[{"field":"a","type":"int32"}]}'
const all: readonly (readonly [string, Converter])[] = [
  ['String', open(stringConverter)],
  ['ByteArray', open(byteArrayConverter)],
  ['SimpleHeader', open(simpleHeaderConverter)],
  ['JSON with schemas', open(jsonConverter)],
  ['JSON without schemas', open(jsonConverter, { 'schemas.enable': 'false' })],
  ['JSON of a given schema', open(jsonConverter, { 'schema.content': schemaContent })],
  ...primitiveConverters.map((one) => [one.name.replace(/.*\./, ''), open(one)] as const),
]

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

describe('whatever value there is', () => {
  it.each(all)('%s writes it or refuses it as a record error', (_, converter) => {
    fc.assert(
      fc.property(anyData, (data) => {
        try {
          void converter.toBytes(target, data)
        } catch (error) {
          expect([String(error), kindOf(error)]).toEqual([String(error), 'record'])
        }
      }),
      { numRuns: 1000 },
    )
  })

  const cyclic: { self?: unknown } = {}
  cyclic.self = cyclic
  const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown
  const strange: readonly (readonly [string, unknown])[] = [
    ['a cycle', cyclic],
    ['a deep one', deep],
    ['a symbol', Symbol('s')],
    ['a function', () => 1],
    ['a getter that throws', Object.defineProperty({}, 'a', { enumerable: true, get: () => raise() })],
    ['no Date', new Date(Number.NaN)],
    ['a promise', Promise.resolve(1)],
  ]

  it.each(all)('%s refuses what is no data, or writes it somehow', (_, converter) => {
    for (const [name, value] of strange) {
      for (const data of [{ value }, { value: [value] }, { value: { a: value } }]) {
        try {
          void converter.toBytes(target, data)
        } catch (error) {
          expect([name, isTolerable('VALUE_CONVERTER', error)]).toEqual([name, true])
        }
      }
    }
  })
})

function raise(): never {
  throw new TypeError('No value.')
}
