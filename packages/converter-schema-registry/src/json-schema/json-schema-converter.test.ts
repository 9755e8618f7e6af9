import {
  type Converter,
  kindOf,
  optional,
  type RecordSchema,
  type SchemaAndValue,
  struct,
} from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import fc from 'fast-check'
import { anyStruct, primitive } from '../testing/arbitrary-data.ts'
import { MemoryRegistry } from '../testing/memory-registry.ts'
import { configOf } from '../testing/scene.ts'
import { openJsonSchema } from './json-schema-converter.ts'
import { jsonSchemaFields } from './json-schema-fields.ts'

const target = { topic: 't' }

function scene(settings: Record<string, string> = {}): { registry: MemoryRegistry; converter: Converter } {
  const registry = new MemoryRegistry()
  const config = configOf(jsonSchemaFields, { 'schema.registry.url': 'http://localhost', ...settings })
  const converter = openJsonSchema({ config, role: 'value', log: memoryLogger() }, registry.open)
  return { registry, converter }
}

async function roundTrip(converter: Converter, data: SchemaAndValue): Promise<SchemaAndValue> {
  return await converter.fromBytes(target, await converter.toBytes(target, data))
}

async function read(
  schema: object,
  json: unknown,
  settings: Record<string, string> = {},
): Promise<SchemaAndValue> {
  const { registry, converter } = scene(settings)
  const id = registry.add('t-value', JSON.stringify(schema), 'JSON')
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(id, 1)
  return await converter.fromBytes(target, Buffer.concat([prefix, Buffer.from(JSON.stringify(json))]))
}

/** `optional: false` and its absence are the same. */
function withoutFalse(schema: RecordSchema | undefined): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === 'optional' && value === false ? undefined : value,
    ),
  )
}

describe('the JSON Schema converter', () => {
  it.each(['BASE64', 'NUMERIC'])('gives back any value with its schema: decimals %s', async (format) => {
    const { converter } = scene({ 'decimal.format': format })
    await fc.assert(
      fc.asyncProperty(
        fc
          .oneof(anyStruct(), primitive)
          .chain(({ schema, value }) => value.map((v) => ({ schema, value: v }))),
        async ({ schema, value }) => {
          const back = await roundTrip(converter, { schema, value })
          expect(back.value).toEqual(value)
          expect(withoutFalse(back.schema)).toEqual(withoutFalse(schema))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('throws nothing but record errors for whatever bytes there are', async () => {
    const { converter } = scene()
    const ids = await Promise.all(
      fc.sample(anyStruct(), 20).map(async ({ schema, value }) => {
        const bytes = await converter.toBytes(target, { schema, value: fc.sample(value, 1)[0] })
        return Buffer.from(bytes!).subarray(0, 5)
      }),
    )
    const payload = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ids, Buffer.alloc(0)), payload, async (start, rest) => {
        try {
          await converter.fromBytes(target, Buffer.concat([start, rest]))
        } catch (error) {
          expect(kindOf(error)).toBe('record')
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('writes schemas as the JVM’s converter does', async () => {
    const { registry, converter } = scene()
    const schema = struct(
      {
        id: { type: 'int32', doc: 'the id' },
        name: optional({ type: 'string' }),
        at: { type: 'int64', name: 'org.apache.kafka.connect.data.Timestamp', version: 1 },
        counts: { type: 'map', keys: { type: 'int32' }, values: { type: 'boolean' } },
        raw: { type: 'bytes', default: new Uint8Array([1]) },
      },
      { name: 'Row', version: 2, parameters: { p: 'q' } },
    )
    const value = { id: 1, name: null, at: new Date(5), counts: new Map([[1, true]]), raw: null }
    const bytes = Buffer.from((await converter.toBytes(target, { schema, value }))!)
    expect(JSON.parse(registry.versions[0]!.schema)).toEqual({
      type: 'object',
      title: 'Row',
      'connect.version': 2,
      'connect.parameters': { p: 'q' },
      properties: {
        id: { type: 'integer', 'connect.type': 'int32', 'connect.index': 0, description: 'the id' },
        name: { oneOf: [{ type: 'null' }, { type: 'string' }], 'connect.index': 1 },
        at: {
          type: 'integer',
          title: 'org.apache.kafka.connect.data.Timestamp',
          'connect.type': 'int64',
          'connect.version': 1,
          'connect.index': 2,
        },
        counts: {
          type: 'array',
          'connect.type': 'map',
          'connect.index': 3,
          items: {
            type: 'object',
            properties: {
              key: { type: 'integer', 'connect.type': 'int32', 'connect.index': 0 },
              value: { type: 'boolean', 'connect.index': 1 },
            },
          },
        },
        raw: { type: 'string', 'connect.type': 'bytes', 'connect.index': 4, default: 'AQ==' },
      },
    })
    expect(bytes.subarray(5).toString()).toBe(
      '{"id":1,"name":null,"at":5,"counts":[{"key":1,"value":true}],"raw":"AQ=="}',
    )
  })

  it('reads schemas that others wrote', async () => {
    const schema = {
      $id: 'http://acme.org/order',
      title: 'Order',
      type: 'object',
      required: ['id'],
      properties: {
        id: { type: 'integer' },
        ratio: { type: 'number' },
        note: { type: ['string', 'null'] },
        kind: { enum: ['NEW', 'OLD'] },
        place: { $ref: '#/definitions/place' },
        either: { oneOf: [{ type: 'integer' }, { type: 'string' }, { $ref: '#/definitions/place' }] },
      },
      definitions: { place: { type: 'object', properties: { x: { type: 'number' } } } },
    }
    const value = { id: 5, ratio: 1, note: null, kind: 'OLD', place: { x: 2 }, either: { x: 3 } }
    const found = await read(schema, value, { 'use.optional.for.nonrequired': 'true' })
    expect(found.value).toEqual({
      ...value,
      id: 5n,
      either: {
        'io.confluent.connect.json.OneOf.field.0': null,
        'io.confluent.connect.json.OneOf.field.1': null,
        'io.confluent.connect.json.OneOf.field.2': { x: 3 },
      },
    })
    expect(found.schema).toMatchObject({
      name: 'Order',
      fields: [
        { name: 'id', schema: { type: 'int64' } },
        { name: 'ratio', schema: { type: 'float64', optional: true } },
        { name: 'note', schema: { type: 'string', optional: true } },
        {
          name: 'kind',
          schema: { type: 'string', parameters: { 'io.confluent.connect.json.Enum.OLD': 'OLD' } },
        },
        { name: 'place', schema: { type: 'struct' } },
        { name: 'either', schema: { type: 'struct', name: 'io.confluent.connect.json.OneOf' } },
      ],
    })
  })

  it('reads the properties of all of several schemas', async () => {
    const schema = {
      allOf: [{ type: 'object', properties: { a: { type: 'string' } } }, { $ref: '#/$defs/b' }],
      $defs: { b: { type: 'object', properties: { b: { type: 'integer' } } } },
    }
    expect((await read(schema, { a: 'x', b: 1 })).value).toEqual({ a: 'x', b: 1n })
  })

  it.each<[string, object]>([
    ['contains itself', { type: 'object', properties: { next: { $ref: '#' } } }],
    ['contains itself', { $ref: '#' }],
    ['without a type', { description: 'anything goes' }],
    ['refers to #/no', { $ref: '#/no' }],
    ['no type', { type: 'null' }],
  ])('refuses a schema that %s', async (message, schema) => {
    await expect(read(schema, {})).rejects.toThrow(message)
  })

  it('refuses a decimal of too many digits', async () => {
    const schema = {
      type: 'number',
      title: 'org.apache.kafka.connect.data.Decimal',
      'connect.type': 'bytes',
      'connect.parameters': { scale: '500000000' },
    }
    await expect(read(schema, 1)).rejects.toThrow('The scale of a decimal')
  })

  it('reads decimals in Base64 and as numbers in turn, with all their digits', async () => {
    const { registry, converter } = scene()
    const price = {
      type: 'number',
      title: 'org.apache.kafka.connect.data.Decimal',
      'connect.type': 'bytes',
      'connect.parameters': { scale: '2' },
    }
    const properties = { id: { type: 'integer', 'connect.type': 'int64' }, price }
    const id = registry.add('t-value', JSON.stringify({ type: 'object', properties }), 'JSON')
    const documents = [
      ['{"id":9007199254740993,"price":"AJY="}', 9007199254740993n, '1.50'],
      ['{"id":2,"price":1.50}', 2n, '1.50'],
      ['{"id":3.0,"price":12345678901234567890.25}', 3n, '12345678901234567890.25'],
      ['{"id":4,"price":"AJY="}', 4n, '1.50'],
    ] as const
    for (const [text, number, decimal] of documents) {
      const prefix = Buffer.alloc(5)
      prefix.writeUInt32BE(id, 1)
      const { value } = await converter.fromBytes(target, Buffer.concat([prefix, Buffer.from(text)]))
      expect(value).toEqual({ id: number, price: decimal })
    }
  })

  it('takes values without a schema for plain JSON', async () => {
    const { converter } = scene()
    const value = new Map<string, unknown>([['a', [1n, 2.5, 'x', null]]])
    expect(await roundTrip(converter, { value })).toEqual({ value })
  })

  it('names the field of a value that does not fit, and of a record that does not', async () => {
    const { converter } = scene()
    const schema = struct({ list: { type: 'array', items: struct({ id: { type: 'int8' } }) } })
    await expect(converter.toBytes(target, { schema, value: { list: [{ id: 300 }] } })).rejects.toThrow(
      'The field list[].id is the number 300, but its schema says int8.',
    )
    await expect(
      read({ type: 'object', properties: { a: { type: 'integer' } } }, { a: 'x' }),
    ).rejects.toThrow('The field a is no integer but the string x.')
  })
})
