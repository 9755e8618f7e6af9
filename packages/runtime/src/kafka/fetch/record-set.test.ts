import { createRequire } from 'node:module'
import { gunzipSync, gzipSync } from 'node:zlib'
import { crc32c } from '@node-rs/crc32'
import { type FetchedRecord, KafkaError } from '../types.ts'
import { RecordSet, type RecordSetOptions } from './record-set.ts'

interface KafkajsEncoder {
  readonly buffer: Buffer
}
interface Written {
  readonly offsetDelta: number
  readonly timestampDelta?: number
  readonly key?: Buffer | null
  readonly value?: Buffer | null
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
}

// An encoder that isn't ours: kafkajs's.
const require = createRequire(import.meta.url)
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as {
  RecordBatch: (batch: object) => Promise<KafkajsEncoder>
}
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (
  record: object,
) => KafkajsEncoder
const encodeMessage = require('kafkajs/src/protocol/message/v1/index.js') as (
  message: object,
) => KafkajsEncoder
const MessageSet = require('kafkajs/src/protocol/messageSet/index.js') as (set: object) => KafkajsEncoder

const attributesAt = 21

/** One batch at an offset; `attributes` are set behind kafkajs's back. */
const batch = async (
  baseOffset: number,
  records: readonly Written[],
  how: {
    codec?: 0 | 1
    attributes?: number
    producerId?: number
    lastOffsetDelta?: number
    timestamp?: number
  } = {},
): Promise<Buffer> => {
  const { codec = 0, producerId = -1, timestamp = 1000 } = how
  const encoded = await RecordBatch({
    compression: codec,
    firstOffset: BigInt(baseOffset),
    firstTimestamp: timestamp,
    maxTimestamp: timestamp + 500,
    producerId,
    lastOffsetDelta: how.lastOffsetDelta ?? records.at(-1)?.offsetDelta ?? 0,
    records: records.map(({ offsetDelta, timestampDelta = 0, key = null, value = null, headers = {} }) =>
      encodeRecord({ offsetDelta, timestampDelta, key, value, headers }),
    ),
  })
  const bytes = Buffer.from(encoded.buffer)
  bytes.writeInt16BE(bytes.readInt16BE(attributesAt) | (how.attributes ?? 0), attributesAt)
  return sealed(bytes)
}

const sealed = (bytes: Buffer): Buffer => {
  bytes.writeUInt32BE(crc32c(bytes.subarray(attributesAt)), 17)
  return bytes
}

const text = (value: string): Buffer => Buffer.from(value)
const simple = (count: number): readonly Written[] =>
  Array.from({ length: count }, (_, i) => ({ offsetDelta: i, key: text(`k${i}`), value: text(`v${i}`) }))

const open = (bytes: Buffer, how: Partial<RecordSetOptions> = {}): RecordSet =>
  new RecordSet({
    topic: 'orders',
    partition: 3,
    bytes,
    position: 0n,
    aborted: [],
    checkCrcs: true,
    decompress: gunzip,
    ...how,
  })

const takeAll = (set: RecordSet, max = 1000): FetchedRecord[] => {
  const records: FetchedRecord[] = []
  while (!set.drained) records.push(...set.take(max))
  return records
}

const offsets = (records: readonly FetchedRecord[]): readonly bigint[] => records.map(({ offset }) => offset)

describe('a record set', () => {
  it('gives keys, values, headers, times and offsets as they were written', async () => {
    const bytes = await batch(40, [
      {
        offsetDelta: 0,
        timestampDelta: 7,
        key: text('k'),
        value: text('v'),
        headers: { a: '1', b: ['2', ''] },
      },
      { offsetDelta: 1, timestampDelta: -3 },
      { offsetDelta: 2, key: text(''), value: Buffer.alloc(70_000, 1) },
    ])
    const [first, second, third] = takeAll(open(bytes))
    expect(first).toMatchObject({ offset: 40n, timestamp: 1007, timestampType: 'CreateTime' })
    expect([String(first?.key), String(first?.value)]).toEqual(['k', 'v'])
    expect(first?.headers.map(({ key, value }) => `${key}=${String(value)}`)).toEqual(['a=1', 'b=2', 'b='])
    expect(second).toEqual({
      offset: 41n,
      timestamp: 997,
      timestampType: 'CreateTime',
      key: null,
      value: null,
      headers: [],
    })
    expect(third?.key).toHaveLength(0)
    expect(third?.value).toHaveLength(70_000)
  })

  it('hands out views into what was fetched, not copies', async () => {
    const bytes = await batch(0, simple(1))
    const [record] = takeAll(open(bytes))
    expect(record?.value?.buffer).toBe(bytes.buffer)
  })

  it('gives the broker’s time where the topic says so', async () => {
    const [record] = takeAll(open(await batch(0, simple(1), { attributes: 8 })))
    expect(record).toMatchObject({ timestamp: 1500, timestampType: 'LogAppendTime' })
  })

  it('keeps offsets beyond the integers of a double', async () => {
    const bytes = await batch(0, simple(2))
    bytes.writeBigInt64BE(9_007_199_254_740_993n)
    expect(offsets(takeAll(open(bytes)))).toEqual([9_007_199_254_740_993n, 9_007_199_254_740_994n])
  })

  it('takes no more than it is asked for, and all of it in the end', async () => {
    const bytes = Buffer.concat([await batch(0, simple(5)), await batch(5, simple(4), { codec: 1 })])
    for (const max of [1, 2, 3, 5, 9, 100]) {
      const set = open(bytes)
      expect(set.take(max).length).toBe(Math.min(max, 9))
      expect(offsets([...open(bytes).take(0), ...takeAll(open(bytes), max)])).toEqual(
        Array.from({ length: 9 }, (_, i) => BigInt(i)),
      )
    }
  })

  it('leaves out what stands before its position in a batch', async () => {
    for (const codec of [0, 1] as const) {
      const bytes = Buffer.concat([
        await batch(0, simple(5), { codec }),
        await batch(5, simple(5), { codec }),
      ])
      expect(offsets(takeAll(open(bytes, { position: 7n })))).toEqual([7n, 8n, 9n])
    }
  })

  it('moves on over compacted records, at the end of a batch as well', async () => {
    const bytes = Buffer.concat([
      await batch(0, [{ offsetDelta: 1 }, { offsetDelta: 4 }], { lastOffsetDelta: 9 }),
      await batch(20, [], { lastOffsetDelta: 4 }),
    ])
    const set = open(bytes)
    expect(offsets(set.take(1))).toEqual([1n])
    expect(set.position).toBe(2n)
    expect(offsets(set.take(100))).toEqual([4n])
    expect(set.position).toBe(25n)
    expect(set.drained).toBe(true)
  })

  it('leaves out a batch that is cut at the end', async () => {
    const whole = await batch(0, simple(3))
    const next = await batch(3, simple(3))
    for (let length = 1; length < next.length; length++) {
      const set = open(Buffer.concat([whole, next.subarray(0, length)]))
      expect(offsets(takeAll(set))).toEqual([0n, 1n, 2n])
      expect(set.position).toBe(3n)
    }
  })

  it('leaves out markers and, where told, the records of aborted transactions', async () => {
    const transactional = 16
    const marker = (offset: number, type: number, producerId: number): Promise<Buffer> =>
      batch(offset, [{ offsetDelta: 0, key: Buffer.from([0, 0, 0, type]), value: Buffer.alloc(6) }], {
        attributes: transactional | 32,
        producerId,
      })
    const of = (offset: number, producerId: number): Promise<Buffer> =>
      batch(offset, simple(2), { attributes: transactional, producerId })
    const bytes = Buffer.concat([
      await of(0, 7), // aborted
      await of(2, 8), // committed
      await batch(4, simple(1)), // in no transaction
      await marker(5, 0, 7),
      await of(6, 7), // the same producer's next transaction: committed
      await marker(8, 1, 8),
      await marker(9, 1, 7),
    ])
    const all = open(bytes)
    expect(offsets(takeAll(all))).toEqual([0n, 1n, 2n, 3n, 4n, 6n, 7n])
    const committed = open(bytes, { aborted: [{ producerId: 7n, firstOffset: 0n }] })
    expect(offsets(takeAll(committed))).toEqual([2n, 3n, 4n, 6n, 7n])
    expect([all.position, committed.position]).toEqual([10n, 10n])
  })

  it('reads the messages of older brokers, wrapped ones too', () => {
    const messages = (magic: number): Buffer =>
      MessageSet({
        messageVersion: magic,
        entries: [0, 1, 2].map((i) => ({ key: `k${i}`, value: `v${i}`, timestamp: 5 + i })),
      }).buffer
    for (const magic of [0, 1]) {
      const records = takeAll(open(messages(magic), { position: 1n }))
      expect(records.map(({ offset, value }) => `${offset} ${String(value)}`)).toEqual(['1 v1', '2 v2'])
      expect(records[0]?.timestamp).toBe(magic === 0 ? -1 : 6)
    }
    const wrapper = encodeMessage({
      compression: 1,
      timestamp: 9,
      key: null,
      value: gzipSync(messages(1)),
    }).buffer
    const head = Buffer.alloc(12)
    head.writeBigInt64BE(22n)
    head.writeInt32BE(wrapper.length, 8)
    expect(takeAll(open(Buffer.concat([head, wrapper]))).map(({ offset }) => offset)).toEqual([20n, 21n, 22n])
  })

  it('names topic, partition and offset of a batch with a wrong checksum, after what stands before it', async () => {
    const broken = await batch(5, simple(3))
    broken[broken.length - 2] = 99
    const bytes = Buffer.concat([await batch(0, simple(5)), broken])
    const set = open(bytes)
    expect(set.take(100)).toHaveLength(5)
    expect(() => set.take(100)).toThrow(/orders-3 at offset 5 .*checksum/)
    expect(() => set.take(100)).toThrow(
      expect.objectContaining({ code: 'CORRUPT_MESSAGE', retriable: false }),
    )
    expect(takeAll(open(bytes, { checkCrcs: false }))).toHaveLength(8)
  })

  it('ends in records or a KafkaError, whatever the bytes are', async () => {
    const whole = Buffer.concat([
      await batch(0, simple(20)),
      await batch(20, [{ offsetDelta: 0, headers: { a: 'b' } }], { codec: 1 }),
      await batch(21, simple(3), { attributes: 32 }),
    ])
    const random = seeded(1)
    for (let run = 0; run < 3000; run++) {
      const bytes = Buffer.from(whole.subarray(0, run % 4 === 0 ? random(whole.length) : whole.length))
      for (let flips = random(6); flips >= 0; flips--) bytes[random(bytes.length)] = random(256)
      readOrFail(run % 3 === 0 ? Buffer.from(bytes.map(() => random(256))) : bytes)
    }
  })
})

/** Checksums off, so that what is inside is read. Each turn has to move on: no hang. */
const readOrFail = (bytes: Buffer): void => {
  const set = open(bytes, { checkCrcs: false })
  try {
    for (let turn = 0; !set.drained; turn++) {
      set.take(7)
      expect(turn).toBeLessThan(bytes.length + 10)
    }
  } catch (error) {
    expect(error).toBeInstanceOf(KafkaError)
  }
}

const gunzip: RecordSetOptions['decompress'] = (codec, bytes) => {
  if (codec !== 1) throw new Error(`codec ${codec}`)
  return gunzipSync(bytes)
}

/** A small generator with a seed (mulberry32): a failing run can be repeated. */
const seeded = (seed: number): ((below: number) => number) => {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % Math.max(1, below)
  }
}
