import { UsageError } from '../connector/usage-error.ts'
import type { ConsumeOptions, RecordSource } from './consume-options.ts'
import { startsOf } from './consume-partitions.ts'
import { refuseMissingTopic } from './topic-check.ts'

/** Reads as a member of a group: what was written is remembered, and shared with its other members. */
export async function groupSource(options: ConsumeOptions): Promise<RecordSource> {
  const { clients, topic, group, start, follow, signal } = options
  if (options.partition !== undefined)
    throw new UsageError('--partition and --group exclude each other: a group shares all partitions out.')
  await refuseMissingTopic(clients, topic)
  const { offsets, ends } = await startsOf(clients, topic, start)
  /** Partitions of ours that have more to give; undefined until there was an assignment. */
  let left: Set<number> | undefined
  const consumer = clients.consumer(
    {
      groupId: group!,
      topics: [topic],
      async assigned(partitions) {
        const known = await consumer.committed(partitions)
        const begin = known.map(({ partition, offset }) => ({
          topic,
          partition,
          offset: offset ?? offsets(partition),
        }))
        left = new Set(
          begin
            .filter(({ partition, offset }) => offset < (ends.get(partition) ?? 0n))
            .map(({ partition }) => partition),
        )
        return begin
      },
      async revoked() {
        left = undefined
      },
    },
    { 'max.poll.records': '5000' },
  )
  return {
    async next() {
      if (!follow && left?.size === 0) return undefined
      const batches = await consumer.poll({ signal })
      for (const { partition, nextOffset } of batches) {
        if (nextOffset >= (ends.get(partition) ?? 0n)) left?.delete(partition)
      }
      return batches
    },
    async written(parts) {
      await consumer.commit(
        parts.map(({ partition, nextOffset }) => ({ topic, partition, offset: nextOffset })),
      )
    },
    close: () => consumer.close(),
  }
}
