import type { FetchedBatch, KafkaClients, Position } from '@sluice/runtime'
import { UsageError } from '../connector/usage-error.ts'
import type { ConsumeOptions, RecordSource } from './consume-options.ts'
import { offsetOf, type Start } from './start.ts'
import { refuseMissingTopic } from './topic-check.ts'

/** As much as a reader takes at once. */
const overrides = { 'max.poll.records': '5000' }

/** Reads without a group: every call gives the same. */
export async function partitionSource(options: ConsumeOptions): Promise<RecordSource> {
  const { clients, follow, signal } = options
  const { positions, ends } = await spanOf(options)
  // those that end where they begin have nothing to give
  const left = new Map(
    positions
      .filter((one) => follow || one.offset < (ends.get(one.partition) ?? 0n))
      .map((one) => [one.partition, one]),
  )
  const reader = clients.partitions([...left.values()], overrides)
  return {
    async next() {
      if (left.size === 0) return undefined
      const batches = await reader.poll({ signal })
      if (follow) return batches
      return batches.map((batch) => {
        const end = ends.get(batch.partition) ?? 0n
        if (batch.nextOffset >= end) {
          reader.done([batch])
          left.delete(batch.partition)
        }
        return beforeEnd(batch, end)
      })
    },
    written: async () => {},
    close: () => reader.close(),
  }
}

/** What came after the end that was looked up isn't given any more. */
function beforeEnd(batch: FetchedBatch, end: bigint): FetchedBatch {
  const { records } = batch
  return (records.at(-1)?.offset ?? 0n) < end
    ? batch
    : { ...batch, records: records.filter(({ offset }) => offset < end) }
}

async function spanOf({ clients, topic, partition, start }: ConsumeOptions): Promise<{
  readonly positions: readonly Position[]
  readonly ends: ReadonlyMap<number, bigint>
}> {
  const { partitions } = await refuseMissingTopic(clients, topic)
  const numbers = partitions
    .map((one) => one.partition)
    .filter((one) => partition === undefined || one === partition)
  if (numbers.length === 0)
    throw new UsageError(`${topic} has the partitions 0 to ${partitions.length - 1}, not ${partition}.`)
  const { offsets, ends } = await startsOf(clients, topic, start)
  return {
    positions: numbers.map((one) => ({ topic, partition: one, offset: offsets(one) })),
    ends,
  }
}

/** Where a start is in each partition, and where they end. */
export async function startsOf(
  clients: KafkaClients,
  topic: string,
  start: Start,
): Promise<{ readonly offsets: (partition: number) => bigint; readonly ends: ReadonlyMap<number, bigint> }> {
  const admin = clients.admin()
  try {
    const [earliest, latest] = await Promise.all([
      admin.offsets(topic, 'earliest'),
      admin.offsets(topic, 'latest'),
    ])
    const atTime =
      start.at === 'time' ? await admin.offsetsAt(topic, start.timestampMs) : new Map<number, bigint>()
    return {
      offsets: (partition) => offsetOf(start, partition, { earliest, latest, atTime }),
      ends: latest,
    }
  } finally {
    await admin.close()
  }
}
