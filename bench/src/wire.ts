import { RecordSet } from '../../packages/runtime/src/kafka/fetch/record-set.ts'
import { Batch } from '../../packages/runtime/src/kafka/producer/batch.ts'
import { encodeBatch } from '../../packages/runtime/src/kafka/producer/record-batch.ts'
import type { FetchedBatch, OutgoingRecord } from '../../packages/runtime/src/kafka/types.ts'
import type { Converted } from '../../packages/runtime/src/source/outgoing.ts'

const head = { codec: undefined, producerId: 1n, producerEpoch: 0, baseSequence: 0 }
const now = 1_767_225_600_000

/** One record batch of them, as the producer sends it, without compression. */
export function encoded(converted: readonly Converted[]): Buffer {
  const batch = new Batch(0, 0)
  for (const { topic, key, value, timestamp = now } of converted) {
    batch.tryAdd({ topic, key, value } satisfies OutgoingRecord, timestamp, Number.POSITIVE_INFINITY)
  }
  return encodeBatch(batch, head)
}

/** All records of a fetched batch. */
export function decoded(topic: string, bytes: Buffer, count: number): readonly FetchedBatch[] {
  const set = new RecordSet({
    topic,
    partition: 0,
    bytes,
    position: 0n,
    aborted: [],
    checkCrcs: true,
    decompress: (_codec, compressed) => Buffer.from(compressed),
  })
  const records = set.take(count)
  return [{ topic, partition: 0, records, nextOffset: set.position, highWatermark: set.position }]
}
