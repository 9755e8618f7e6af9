import { kindOf, optional, type RecordSchema, struct } from '@sluice/template'
import avsc from 'avsc'
import fc from 'fast-check'
import { anyStruct, primitive } from '../testing/arbitrary-data.ts'
import { roundTrip, scene, target } from '../testing/avro-scene.ts'

const row = struct({ id: { type: 'int32' }, name: optional({ type: 'string' }) }, { name: 'org.acme.Row' })

describe('the Avro converter', () => {
  it('gives back any value with its schema', async () => {
    const one = scene()
    await fc.assert(
      fc.asyncProperty(
        anyStruct().chain(({ schema, value }) => value.map((v) => ({ schema, value: v }))),
        async ({ schema, value }) => {
          const back = await roundTrip(one, { schema, value })
          expect(back.value).toEqual(value)
          expect(withoutFalse(back.schema)).toEqual(withoutFalse(schema))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('gives back any value without a schema', async () => {
    const one = scene()
    const key = fc.oneof(fc.string(), fc.boolean(), fc.integer())
    const plain = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constant(null),
        fc.boolean(),
        fc.integer(),
        fc.double({ noInteger: true, noNaN: true }),
        fc.string({ unit: 'binary' }),
        fc.uint8Array(),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.array(fc.tuple(key, tie('any')), { maxLength: 3 }).map((entries) => new Map(entries)),
      ),
    })).any
    await fc.assert(
      fc.asyncProperty(plain, async (value) => {
        expect((await roundTrip(one, { value })).value).toEqual(value)
      }),
      { numRuns: 300 },
    )
  })

  it('writes what an independent implementation reads', async () => {
    const { registry, converter } = scene({ 'connect.meta.data': 'false' })
    await fc.assert(
      fc.asyncProperty(
        primitive.chain(({ schema, value }) => value.map((v) => ({ schema, value: v }))),
        async ({ schema, value }) => {
          const bytes = (await converter.toBytes(target, { schema, value }))!
          const { schema: text } = registry.versions.find(
            ({ id }) => id === Buffer.from(bytes).readUInt32BE(1),
          )!
          const type = avsc.Type.forSchema(JSON.parse(text), { registry: { long: longs } })
          const payload = Buffer.from(bytes.subarray(5))
          expect(type.toBuffer(type.fromBuffer(payload))).toEqual(payload)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('throws nothing but record errors for whatever bytes there are, and comes to an end', async () => {
    const one = scene()
    const ids = await Promise.all(
      fc.sample(anyStruct(), 20).map(async ({ schema, value }) => {
        const bytes = await one.converter.toBytes(target, { schema, value: fc.sample(value, 1)[0] })
        return Buffer.from(bytes!).readUInt32BE(1)
      }),
    )
    const nulls = one.registry.add(
      'n',
      '{"type":"array","items":{"type":"record","name":"Empty","fields":[]}}',
    )
    const anything = Buffer.from((await one.converter.toBytes(target, { value: [1] }))!).readUInt32BE(1)
    const prefix = fc.constantFrom(...ids, nulls, anything).map((id) => {
      const bytes = Buffer.alloc(5)
      bytes.writeUInt32BE(id, 1)
      return bytes
    })
    await fc.assert(
      fc.asyncProperty(
        fc.option(prefix, { nil: Buffer.alloc(0), freq: 10 }),
        fc.uint8Array(),
        async (start, rest) => {
          try {
            await one.converter.fromBytes(target, Buffer.concat([start, rest]))
          } catch (error) {
            expect(kindOf(error)).toBe('record')
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('refuses a decimal of too many digits', async () => {
    const { registry, converter } = scene()
    const id = registry.add('d', '{"type":"bytes","logicalType":"decimal","precision":4,"scale":500000000}')
    const bytes = Buffer.from('000000000002aa', 'hex')
    bytes.writeUInt32BE(id, 1)
    await expect(async () => converter.fromBytes(target, bytes)).rejects.toThrow('The scale of a decimal')
  })

  it('reads nested values only so deep', async () => {
    const one = scene()
    const bytes = Buffer.from((await one.converter.toBytes(target, { value: [[]] }))!)
    const level = bytes.subarray(5, 14)
    const deep = Buffer.concat([bytes.subarray(0, 5), ...Array.from({ length: 100_000 }, () => level)])
    await expect(async () => one.converter.fromBytes(target, deep)).rejects.toThrow('nested too deeply')
  })

  it('takes null for null bytes, and refuses it where the schema does', async () => {
    const { converter } = scene()
    expect(converter.toBytes(target, { value: null })).toBeNull()
    expect(converter.toBytes(target, { schema: optional(row), value: null })).toBeNull()
    expect(await converter.fromBytes(target, null)).toEqual({ value: null })
    await expect(converter.toBytes(target, { schema: row, value: null })).rejects.toThrow('The value is null')
  })

  it('asks for an id and for a schema once, and needs no promise from then on', async () => {
    const { registry, converter } = scene()
    const many = await Promise.all(
      [1, 2, 3].map(async (id) => converter.toBytes(target, { schema: row, value: { id } })),
    )
    expect(converter.toBytes(target, { schema: row, value: { id: 4 } })).toBeInstanceOf(Uint8Array)
    expect(registry.questions).toEqual(['POST /subjects/t-value/versions?normalize=false'])
    await Promise.all(many.map(async (bytes) => converter.fromBytes(target, bytes)))
    expect(converter.fromBytes(target, many[0]!)).toEqual({
      schema: row,
      value: { id: 1, name: null },
    })
    expect(registry.questions.slice(1)).toEqual(['GET /schemas/ids/1'])
  })

  it('names the field of a value that does not fit', async () => {
    const { converter } = scene()
    const schema = struct({ list: { type: 'array', items: row } })
    const wrong = { list: [{ id: 1 }, { id: 'x' }] }
    await expect(converter.toBytes(target, { schema, value: wrong })).rejects.toThrow(
      'The field list[].id is the string x, but its schema says int32.',
    )
  })

  it('names subjects by topic, by record, or by both', async () => {
    const prefix = 'io.confluent.kafka.serializers.subject.'
    const subjects = async (name: string): Promise<string> => {
      const { registry, converter } = scene({ 'value.subject.name.strategy': prefix + name })
      await converter.toBytes(target, { schema: row, value: { id: 1 } })
      return registry.versions[0]!.subject
    }
    expect(await subjects('TopicNameStrategy')).toBe('t-value')
    expect(await subjects('RecordNameStrategy')).toBe('org.acme.Row')
    expect(await subjects('TopicRecordNameStrategy')).toBe('t-org.acme.Row')
    const { converter } = scene({ 'value.subject.name.strategy': `${prefix}RecordNameStrategy` })
    expect(() => converter.toBytes(target, { schema: { type: 'string' }, value: 'x' })).toThrow(
      'no record with a name',
    )
  })

  it('writes with the latest version, in its order and with its defaults, and without fields that it lacks', async () => {
    const settings = { 'auto.register.schemas': 'false', 'use.latest.version': 'true' }
    const { registry, converter } = scene(settings)
    const latest = (fields: readonly object[]): void => {
      registry.add('t-value', JSON.stringify({ type: 'record', name: 'Row', fields }))
    }
    latest([
      { name: 'more', type: 'string', default: 'm' },
      { name: 'id', type: 'long' },
    ])
    const bytes = await converter.toBytes(target, { schema: row, value: { id: 7, name: 'gone' } })
    expect(Buffer.from(bytes!).subarray(5).toString('latin1')).toBe('\x02m\x0e')
    const strict = scene(settings)
    strict.registry.add('t-value', '{"type":"record","name":"Row","fields":[{"name":"must","type":"int"}]}')
    await expect(strict.converter.toBytes(target, { schema: row, value: { id: 7 } })).rejects.toThrow(
      'has the field must, which the value does not have',
    )
  })

  it('writes with the schema of an id', async () => {
    const { registry, converter } = scene({ 'auto.register.schemas': 'false', 'use.schema.id': '2' })
    registry.add('a', '"string"')
    registry.add('b', '{"type":"record","name":"Row","fields":[{"name":"id","type":"int"}]}')
    const bytes = await converter.toBytes(target, { schema: row, value: { id: 3 } })
    expect(Buffer.from(bytes!).toString('hex')).toBe('000000000206')
  })

  it('only looks schemas up where it may not register them', async () => {
    const { converter } = scene({ 'auto.register.schemas': 'false' })
    await expect(converter.toBytes(target, { schema: row, value: { id: 1 } })).rejects.toThrow(
      'The subject t-value has no such schema',
    )
  })

  it('refuses names that Avro does not allow, or scrubs them', async () => {
    const schema = struct({ 'a-b': { type: 'int32' }, '1': { type: 'int32' } }, { name: 'my-table' })
    expect(() => scene().converter.toBytes(target, { schema, value: {} })).toThrow('scrub.invalid.names=true')
    const { registry, converter } = scene({ 'scrub.invalid.names': 'true' })
    await converter.toBytes(target, { schema, value: { 'a-b': 5, '1': 6 } })
    expect(JSON.parse(registry.versions[0]!.schema)).toMatchObject({
      name: 'my_table',
      fields: [{ name: 'x1' }, { name: 'a_b' }],
    })
  })
})

/** avsc rounds longs unless it is told how to keep them. */
const longs = avsc.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8)
    buffer.writeBigInt64LE(value)
    return buffer
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
})

/** `optional: false` and its absence are the same. */
function withoutFalse(schema: RecordSchema | undefined): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === 'optional' && value === false ? undefined : value,
    ),
  )
}
