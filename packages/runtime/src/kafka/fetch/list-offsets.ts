import type { CallOptions } from '../broker.ts'
import type { Cluster } from '../cluster.ts'
import { protocolError } from '../errors.ts'
import { byTopic } from '../group/partitions.ts'
import type { TopicPartition } from '../types.ts'
import { type ListedOffset, listOffsetsApi } from './fetch-apis.ts'

export const latest = -1n
export const earliest = -2n

/**
 * The start or end offsets of partitions, asked of their leaders; one try. Under read_committed an end is the last stable offset. A
 * partition whose leader is unknown or has moved rejects as retriable, after the cached metadata has been refreshed.
 */
export const listOffsets = async (
  cluster: Cluster,
  ask: { partitions: readonly TopicPartition[]; timestamp: bigint; readCommitted: boolean },
  call: { signal: AbortSignal },
): Promise<readonly ListedOffset[]> => {
  const leaders = await leadersOf(cluster, ask.partitions, call)
  const answers = await Promise.all(
    [...leaders].map(async ([leader, partitions]) => {
      const broker = cluster.broker(leader)
      if (broker === undefined) throw protocolError(5, `looking for broker ${leader}`)
      const topics = [...byTopic(partitions)].map(([topic, list]) => ({
        topic,
        partitions: list.map(({ partition }) => partition),
      }))
      const { timestamp, readCommitted } = ask
      return broker.call(listOffsetsApi, { timestamp, readCommitted, topics }, call)
    }),
  )
  const offsets = answers.flat()
  const failed = offsets.find(({ error }) => error !== 0)
  if (failed === undefined) return offsets
  await cluster.refresh([...byTopic(ask.partitions).keys()], call)
  throw protocolError(failed.error, `asking for the offsets of ${failed.topic}-${failed.partition}`)
}

/** Who leads the partitions of these topics. */
export interface LeaderCluster {
  topics(
    names: readonly string[],
    options: CallOptions,
  ): Promise<
    ReadonlyMap<string, { readonly partitions: ReadonlyArray<{ readonly leader: number } | undefined> }>
  >
}

/** Partitions by their leader's node id (-1: none at the moment), from cached metadata. */
export const leadersOf = async <P extends TopicPartition>(
  cluster: LeaderCluster,
  partitions: readonly P[],
  call: { signal: AbortSignal },
): Promise<ReadonlyMap<number, P[]>> => {
  if (partitions.length === 0) return new Map()
  const topics = await cluster.topics([...byTopic(partitions).keys()], call)
  return Map.groupBy(
    partitions,
    ({ topic, partition }) => topics.get(topic)?.partitions[partition]?.leader ?? -1,
  )
}
