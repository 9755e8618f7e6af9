import fc from 'fast-check'
import Decoder from 'kafkajs/src/protocol/decoder.js'
import decodeBatch from 'kafkajs/src/protocol/recordBatch/v0/decoder.js'
import type { OutgoingRecord } from '../types.ts'
import { Batch } from './batch.ts'
import { encodeBatch } from './record-batch.ts'

const plain = { codec: undefined, producerId: 7n, producerEpoch: 3, baseSequence: 41 } as const

function batchOf(records: readonly OutgoingRecord[]): Batch<OutgoingRecord> {
  const batch = new Batch<OutgoingRecord>(0, 0)
  for (const record of records) batch.tryAdd(record, record.timestamp ?? 0, Number.POSITIVE_INFINITY)
  return batch
}

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }))
const record: fc.Arbitrary<OutgoingRecord> = fc.record({
  topic: fc.constant('t'),
  key: bytes,
  value: bytes,
  headers: fc.array(
    fc.record({
      key: fc.string({ unit: 'grapheme', maxLength: 20 }),
      value: fc.uint8Array({ maxLength: 20 }),
    }),
    {
      maxLength: 3,
    },
  ),
  timestamp: fc.oneof(
    fc.integer({ min: 0, max: 2 ** 43 }),
    fc.integer({ min: 1_700_000_000_000, max: 1_700_000_001_000 }),
  ),
})

const same = (a: Uint8Array | null, b: Uint8Array | null) =>
  a === null || b === null ? a === b : Buffer.from(a).equals(b)

describe('encodeBatch', () => {
  it('writes any records so that another client reads them back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 200 }), async (records) => {
        const batch = batchOf(records)
        const encoded = encodeBatch(batch, plain)
        expect(encoded).toHaveLength(batch.bytes)
        const decoded = await decodeBatch(new Decoder(encoded))
        expect(decoded).toMatchObject({
          producerId: '7',
          producerEpoch: 3,
          firstSequence: 41,
          lastOffsetDelta: records.length - 1,
          firstTimestamp: String(records[0]?.timestamp),
          maxTimestamp: String(Math.max(...records.map(({ timestamp = 0 }) => timestamp))),
          inTransaction: false,
        })
        for (const [index, { key, value, timestamp }] of records.entries()) {
          const read = decoded.records[index]
          expect(read && same(read.key, key) && same(read.value, value)).toBe(true)
          expect(read).toMatchObject({ offset: String(index), timestamp: String(timestamp) })
        }
      }),
      { numRuns: 200 },
    )
  })

  it('has the checksum that a broker expects', () => {
    // As kafkajs computes it over the same bytes.
    const encoded = encodeBatch(batchOf([{ topic: 't', key: null, value: Buffer.from('v'), timestamp: 1 }]), {
      codec: undefined,
      producerId: -1n,
      producerEpoch: -1,
      baseSequence: -1,
    })
    expect(encoded.readUInt32BE(17)).toBe(3787060273)
  })

  it('marks a batch of a transaction', async () => {
    const encoded = encodeBatch(batchOf([{ topic: 't', key: null, value: null, timestamp: 1 }]), {
      ...plain,
      transactional: true,
    })
    expect((await decodeBatch(new Decoder(encoded))).inTransaction).toBe(true)
  })
})

describe('Batch', () => {
  it('takes records up to its limit, and one of any size', () => {
    const batch = new Batch<OutgoingRecord>(0, 0)
    const large = { topic: 't', key: null, value: Buffer.alloc(5000) }
    expect(batch.tryAdd(large, 0, 1000)).toBe(true)
    expect(batch.tryAdd({ topic: 't', key: null, value: null }, 0, 1000)).toBe(false)
    expect(batch.records).toEqual([large])
  })
})
