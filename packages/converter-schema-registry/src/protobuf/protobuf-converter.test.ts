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
import protobuf from 'protobufjs'
import { anyStruct, primitive } from '../testing/arbitrary-data.ts'
import { MemoryRegistry } from '../testing/memory-registry.ts'
import { configOf } from '../testing/scene.ts'
import { openProtobuf } from './protobuf-converter.ts'
import { protobufFields } from './protobuf-fields.ts'

const target = { topic: 't' }

function scene(settings: Record<string, string> = {}): { registry: MemoryRegistry; converter: Converter } {
  const registry = new MemoryRegistry()
  const config = configOf(protobufFields, { 'schema.registry.url': 'http://localhost', ...settings })
  const converter = openProtobuf({ config, role: 'value', log: memoryLogger() }, registry.open)
  return { registry, converter }
}

async function roundTrip(converter: Converter, data: SchemaAndValue): Promise<SchemaAndValue> {
  return await converter.fromBytes(target, await converter.toBytes(target, data))
}

/** What Protobuf has no form for, or gives a name of its own. */
function isWritable(schema: RecordSchema): boolean {
  switch (schema.type) {
    case 'array':
      return (
        schema.items.type !== 'array' &&
        schema.items.type !== 'map' &&
        !schema.items.optional &&
        isWritable(schema.items)
      )
    case 'map':
      return schema.values.type !== 'array' && schema.values.type !== 'map' && isWritable(schema.values)
    case 'struct':
      return schema.fields.every((field) => isWritable(field.schema) && !isNullableList(field.schema))
    default:
      return true
  }
}

/** An absent list is an empty one. */
function isNullableList(schema: RecordSchema): boolean {
  return (schema.type === 'array' || schema.type === 'map') && schema.optional === true
}

/** As far as Protobuf keeps it: types and names of structs. */
function shapeOf(schema: RecordSchema): unknown {
  switch (schema.type) {
    case 'array':
      return { type: 'array', items: shapeOf(schema.items) }
    case 'map':
      return { type: 'map', keys: shapeOf(schema.keys), values: shapeOf(schema.values) }
    case 'struct':
      return {
        type: 'struct',
        name: schema.name?.replace('org.acme.', ''),
        fields: schema.fields.map((field) => ({ name: field.name, schema: shapeOf(field.schema) })),
      }
    default:
      return { type: schema.type, scale: schema.parameters?.['scale'], name: schema.name }
  }
}

/** In a message of its own a number has 32 bits at least. */
function widened(schema: RecordSchema): unknown {
  return JSON.parse(JSON.stringify(shapeOf(schema)).replaceAll(/"int(8|16)"/g, '"int32"'))
}

const row = struct({ id: { type: 'int32' }, name: optional({ type: 'string' }) }, { name: 'org.acme.Row' })
const nulls = { 'optional.for.nullables': 'true' }

describe('the Protobuf converter', () => {
  it.each(['optional.for.nullables', 'wrapper.for.nullables'])(
    'gives back any value with its types: %s',
    async (setting) => {
      const { converter } = scene({ [setting]: 'true' })
      await fc.assert(
        fc.asyncProperty(
          anyStruct({ nullableItems: false })
            .filter(({ schema }) => isWritable(schema))
            .chain(({ schema, value }) => value.map((v) => ({ schema, value: v }))),
          async ({ schema, value }) => {
            const back = await roundTrip(converter, { schema, value })
            expect(back.value).toEqual(value)
            expect(widened(back.schema!)).toEqual(widened(schema))
          },
        ),
        { numRuns: 300 },
      )
    },
  )

  it('gives back values that are no structs', async () => {
    const { converter } = scene()
    const plain = primitive.filter(
      ({ schema }) => schema.name === undefined && schema.type !== 'int8' && schema.type !== 'int16',
    )
    await fc.assert(
      fc.asyncProperty(
        plain.chain(({ schema, value }) => value.map((v) => ({ schema, value: v }))),
        async ({ schema, value }) => {
          expect(await roundTrip(converter, { schema, value })).toEqual({ schema, value })
        },
      ),
      { numRuns: 200 },
    )
  })

  it('writes what an independent implementation reads', async () => {
    const { registry, converter } = scene(nulls)
    await fc.assert(
      fc.asyncProperty(
        anyStruct({ nullableItems: false, depth: 1 })
          .filter(({ schema }) => isWritable(schema) && !JSON.stringify(schema).includes('connect.data'))
          .chain(({ schema, value }) => value.map((v) => ({ schema, value: v }))),
        async ({ schema, value }) => {
          const bytes = Buffer.from((await converter.toBytes(target, { schema, value }))!)
          const { schema: text } = registry.versions.find(({ id }) => id === bytes.readUInt32BE(1))!
          const { root } = protobuf.parse(text.replace('import "confluent/meta.proto";', ''), {
            keepCase: true,
          })
          const type = root.lookupType(schema.name!)
          // the message is the first of its file, which is one zero byte
          const payload = bytes.subarray(6)
          const again = type.encode(type.decode(payload)).finish()
          expect(type.toObject(type.decode(again))).toEqual(type.toObject(type.decode(payload)))
          const names = Object.entries(value as object).flatMap(([name, v]) =>
            v === null || (Array.isArray(v) && v.length === 0) || (v instanceof Map && v.size === 0)
              ? []
              : [name],
          )
          expect(Object.keys(type.toObject(type.decode(payload), { defaults: true }))).toEqual(
            expect.arrayContaining(names),
          )
        },
      ),
      { numRuns: 200 },
    )
  })

  it('throws nothing but record errors for whatever bytes there are', async () => {
    const { converter } = scene(nulls)
    const starts = await Promise.all(
      fc
        .sample(
          anyStruct({ nullableItems: false }).filter(({ schema }) => isWritable(schema)),
          20,
        )
        .map(async ({ schema, value }) => {
          const bytes = await converter.toBytes(target, { schema, value: fc.sample(value, 1)[0] })
          return Buffer.from(bytes!).subarray(0, 5)
        }),
    )
    const index = fc.oneof(fc.constant(Buffer.from([0])), fc.uint8Array({ maxLength: 3 }))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...starts, Buffer.alloc(0)),
        index,
        fc.uint8Array(),
        async (start, path, rest) => {
          try {
            await converter.fromBytes(target, Buffer.concat([start, path, rest]))
          } catch (error) {
            expect(kindOf(error)).toBe('record')
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('writes schemas as the JVM’s converter does', async () => {
    const { registry, converter } = scene(nulls)
    const schema = struct(
      {
        id: { type: 'int16' },
        name: optional({ type: 'string' }),
        price: {
          type: 'bytes',
          name: 'org.apache.kafka.connect.data.Decimal',
          version: 1,
          parameters: { scale: '2' },
        },
        at: optional({ type: 'int64', name: 'org.apache.kafka.connect.data.Timestamp', version: 1 }),
        tags: { type: 'array', items: { type: 'string' } },
        counts: { type: 'map', keys: { type: 'string' }, values: { type: 'int64' }, name: 'counts' },
        place: struct({ x: { type: 'float32' } }, { name: 'geo.Place' }),
      },
      { name: 'shop.Order' },
    )
    const value = { id: 1, price: '1.50', tags: [], counts: new Map(), place: { x: 1 } }
    await converter.toBytes(target, { schema, value })
    expect(registry.versions[0]!.schema).toBe(`syntax = "proto3";
package shop;

import "confluent/meta.proto";
import "confluent/type/decimal.proto";
import "google/protobuf/timestamp.proto";

message Order {
  int32 id = 1 [(confluent.field_meta) = {params: [{key: "connect.type", value: "int16"}]}];
  optional string name = 2;
  confluent.type.Decimal price = 3 [(confluent.field_meta) = {params: [{key: "scale", value: "2"}]}];
  optional google.protobuf.Timestamp at = 4;
  repeated string tags = 5;
  repeated CountsEntry counts = 6;
  Place place = 7;
  message CountsEntry {
    string key = 1;
    int64 value = 2;
  }
  message Place {
    float x = 1;
  }
}
`)
  })

  it('loses nulls of numbers and texts as the JVM’s does, unless it is told to keep them', async () => {
    const { converter } = scene()
    expect((await roundTrip(converter, { schema: row, value: { id: 5, name: null } })).value).toEqual({
      id: 5,
      name: '',
    })
    const keeping = scene(nulls).converter
    expect((await roundTrip(keeping, { schema: row, value: { id: 5, name: null } })).value).toEqual({
      id: 5,
      name: null,
    })
  })

  it('names the message of a record by its places in the file', async () => {
    const { registry, converter } = scene()
    const text = `syntax = "proto3";
package a;
message First { int32 x = 1; }
message Second {
  enum Kind { NONE = 0; SOME = 4; }
  message Inner { oneof what { int32 number = 3; string text = 4; } Kind kind = 5; repeated sint32 list = 6; }
}`
    const id = registry.add('t-value', text, 'PROTOBUF')
    const prefix = Buffer.from([0, 0, 0, 0, id])
    const read = async (...bytes: number[]): Promise<unknown> =>
      (await converter.fromBytes(target, Buffer.concat([prefix, Buffer.from(bytes)]))).value
    expect(await read(0, 0x08, 7)).toEqual({ x: 7 })
    // two places, 1 and 0, zigzag; then text = "a", kind = SOME, list = [-1, 1] packed
    expect(await read(4, 2, 0, 0x22, 1, 0x61, 0x28, 4, 0x32, 2, 1, 2)).toEqual({
      what_0: { number: null, text: 'a' },
      kind: 'SOME',
      list: [-1, 1],
    })
    await expect(read(2, 8)).rejects.toThrow('of the message 4')
  })

  it('writes oneofs and enums back as they were read', async () => {
    const { registry, converter } = scene()
    const text = `syntax = "proto3";
message M {
  oneof what { int32 number = 3; string text = 4; }
  Kind kind = 5;
  enum Kind { NONE = 0; SOME = 4; }
}
`
    const id = registry.add('other', text, 'PROTOBUF')
    const bytes = Buffer.from([0, 0, 0, 0, id, 0, 0x22, 1, 0x61, 0x28, 4])
    const { schema, value } = await converter.fromBytes(target, bytes)
    const again = Buffer.from((await converter.toBytes(target, { schema, value }))!)
    expect(again.subarray(5).toString('hex')).toBe(bytes.subarray(5).toString('hex'))
  })

  it('reads schemas that import others', async () => {
    const { registry, converter } = scene()
    registry.add('point', 'syntax = "proto3"; package geo; message Point { double x = 1; }', 'PROTOBUF')
    const text =
      'syntax = "proto3"; import "point.proto"; import "google/protobuf/wrappers.proto"; message Line { geo.Point from = 1; google.protobuf.Int32Value n = 2; }'
    const id = registry.add('line', text, 'PROTOBUF')
    registry.refer(id, [{ name: 'point.proto', subject: 'point', version: 1 }])
    const bytes = Buffer.from([0, 0, 0, 0, id, 0, 0x0a, 9, 0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x12, 2, 8, 5])
    expect((await converter.fromBytes(target, bytes)).value).toEqual({ from: { x: 1 }, n: { value: 5 } })
  })

  it.each<[string, string]>([
    ['contains itself', 'message M { M m = 1; }'],
    ['not among its references', 'import "no.proto"; message M { int32 a = 1; }'],
    ["can't be read", 'message M { int32 a = ; }'],
  ])('refuses a schema that %s', async (message, text) => {
    const { registry, converter } = scene()
    const id = registry.add('t-value', `syntax = "proto3"; ${text}`, 'PROTOBUF')
    await expect(converter.fromBytes(target, Buffer.from([0, 0, 0, 0, id, 0]))).rejects.toThrow(message)
  })

  it('names the field of a value that does not fit', async () => {
    const { converter } = scene()
    const schema = struct({ list: { type: 'array', items: row } })
    await expect(converter.toBytes(target, { schema, value: { list: [{ id: 'x' }] } })).rejects.toThrow(
      'The field list.id is the string x, but its schema says int32.',
    )
    expect(() => converter.toBytes(target, { schema, value: { list: [null] } })).toThrow(
      'an item that is null',
    )
    expect(() => converter.toBytes(target, { value: { a: 1 } })).toThrow('without a schema')
  })
})
