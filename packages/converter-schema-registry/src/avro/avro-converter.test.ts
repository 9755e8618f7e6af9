import {
  type Converter,
  NULL_FIELD,
  kindOf,
  optional,
  parseConfig,
  type RowBatch,
  type RecordSchema,
  type SchemaAndValue,
  recordsOf,
  struct,
} from '@sluice/template'
import avsc from 'avsc'
import fc from 'fast-check'
import { subjectStrategy } from '../registry/subject.ts'
import { anyStruct, primitive } from '../testing/arbitrary-data.ts'
import { MemoryRegistry } from '../testing/memory-registry.ts'
import { avroFields } from './avro-fields.ts'
import { AvroReading } from './avro-reading.ts'
import { AvroWriting } from './avro-writing.ts'

const target = { topic: 't' }

interface Scene {
  readonly registry: MemoryRegistry
  readonly converter: Pick<Converter, 'toBytes' | 'fromBytes' | 'rowEncoder'>
}

function scene(settings: Record<string, string> = {}, role: 'key' | 'value' = 'value'): Scene {
  const registry = new MemoryRegistry()
  const given = new Map(Object.entries({ 'schema.registry.url': 'http://localhost', ...settings }))
  const { config } = parseConfig(avroFields, given)
  if (!config) throw new Error('Wrong settings.')
  const opened = registry.open('AVRO', { register: config.autoRegisterSchemas })
  const strategy = subjectStrategy(config.valueSubjectNameStrategy)!
  const writing = new AvroWriting({ config, role, registry: opened, strategy })
  const reading = new AvroReading(opened, config)
  return {
    registry,
    converter: {
      toBytes: (to, data) => writing.toBytes(to, data),
      fromBytes: (_from, bytes) => reading.fromBytes(bytes),
      rowEncoder: (value, key) => writing.rowEncoder(value, key),
    },
  }
}

async function roundTrip({ converter }: Scene, data: SchemaAndValue): Promise<SchemaAndValue> {
  return await converter.fromBytes(target, await converter.toBytes(target, data))
}

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
      [1, 2, 3].map((id) => converter.toBytes(target, { schema: row, value: { id } })),
    )
    expect(converter.toBytes(target, { schema: row, value: { id: 4 } })).toBeInstanceOf(Uint8Array)
    expect(registry.questions).toEqual(['POST /subjects/t-value/versions?normalize=false'])
    await Promise.all(many.map((bytes) => converter.fromBytes(target, bytes)))
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

describe('rows as Avro', () => {
  const schema = struct(
    {
      id: { type: 'int64' },
      small: { type: 'int16', default: 5 },
      text: optional({ type: 'string' }),
      filled: { type: 'string', optional: true, default: 'none' },
      yes: { type: 'boolean' },
      ratio: optional({ type: 'float64' }),
      price: optional({
        type: 'bytes',
        name: 'org.apache.kafka.connect.data.Decimal',
        version: 1,
        parameters: { scale: '2' },
      }),
      raw: optional({ type: 'bytes' }),
    },
    { name: 'shop.orders' },
  )
  const keySchema = struct({ id: { type: 'int64' } }, { name: 'shop.orders.key' })
  const nullable = (text: fc.Arbitrary<string>): fc.Arbitrary<string | null> => fc.option(text, { nil: null })
  const cells = fc.tuple(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    fc.option(fc.integer({ min: -32768, max: 32767 }).map(String), { nil: null, freq: 9 }),
    nullable(fc.string({ unit: 'grapheme' })),
    nullable(fc.string()),
    fc.boolean().map(String),
    nullable(fc.double().map(String)),
    nullable(fc.integer().map((n) => (n / 100).toFixed(2))),
    nullable(fc.string({ unit: 'binary' })),
  )

  function batch(rows: readonly (readonly (string | null)[])[]): RowBatch {
    let at = 0
    const ends = rows.flat().map((cell) => {
      at += Buffer.byteLength(cell ?? '')
      return cell === null ? at + NULL_FIELD : at
    })
    return {
      kind: 'rows',
      topic: 't',
      count: rows.length,
      schema,
      buffer: Buffer.from(rows.flat().join('')),
      fieldEnds: Uint32Array.from(ends),
      keyFields: [0],
      keySchema,
      originOf: () => ({ partition: {}, offset: 0 }),
    }
  }

  const split = (of: { bytes: Uint8Array; ends: Uint32Array }): string[] =>
    [...of.ends].map((end, i) =>
      Buffer.from(of.bytes.subarray(i === 0 ? 0 : of.ends[i - 1], end)).toString('hex'),
    )

  it.each(['false', 'true'])(
    'have the bytes that records of them have: ignoring defaults %s',
    async (ignore) => {
      for (const role of ['key', 'value'] as const) {
        const { converter } = scene({ 'ignore.default.for.nullables': ignore }, role)
        const encode = converter.rowEncoder!(schema, keySchema)!
        await fc.assert(
          fc.asyncProperty(fc.array(cells, { minLength: 1, maxLength: 5 }), async (rows) => {
            const records = await Promise.all(
              recordsOf(batch(rows)).map(({ key, value }) =>
                converter.toBytes(
                  target,
                  role === 'key' ? { schema: keySchema, value: key } : { schema, value },
                ),
              ),
            )
            const encoded = encode(batch(rows), { topic: 't' })!
            expect(split(role === 'key' ? encoded.keys : encoded.values)).toEqual(
              records.map((bytes) => Buffer.from(bytes!).toString('hex')),
            )
          }),
          { numRuns: 200 },
        )
      }
    },
  )

  it('go the ordinary way as long as the id is not known, and where there is no one topic', async () => {
    const { registry, converter } = scene()
    const encode = converter.rowEncoder!(schema, undefined)!
    const rows = batch([['1', '2', null, null, 'true', null, null, null]])
    expect(encode(rows, { topic: 't' })).toBeUndefined()
    expect(encode(rows, { topic: undefined })).toBeUndefined()
    await converter.toBytes(target, { schema, value: recordsOf(rows)[0]!.value })
    expect(encode(rows, { topic: 't' })?.values.ends).toHaveLength(1)
    expect(registry.questions).toHaveLength(1)
  })

  it('are refused where a value is null that may not be', async () => {
    const { converter } = scene()
    await converter.toBytes(target, { schema, value: { id: 1n, small: 1, yes: true } })
    const rows = batch([[null, '2', null, null, 'true', null, null, null]])
    expect(() => converter.rowEncoder!(schema, undefined)!(rows, { topic: 't' })).toThrow(
      'The field id is null',
    )
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
