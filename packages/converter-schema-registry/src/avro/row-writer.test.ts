import { NULL_FIELD, optional, type RowBatch, recordsOf, struct } from '@sluice/template'
import fc from 'fast-check'
import { scene, target } from '../testing/avro-scene.ts'

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
              recordsOf(batch(rows)).map(async ({ key, value }) =>
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
