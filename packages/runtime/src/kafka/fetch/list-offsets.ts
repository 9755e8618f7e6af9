import { protocolError } from '../errors.ts'
import { byTopic } from '../group/partitions.ts'
import type { TopicPartition } from '../types.ts'
import { type ListedOffset, listOffsetsApi } from './fetch-apis.ts'
import type { FetchCluster, LeaderCluster } from './fetch-cluster.ts'

export const latest = -1n
export const earliest = -2n

export interface OffsetsAsked {
  readonly partitions: readonly TopicPartition[]
  readonly timestamp: bigint
  readonly readCommitted: boolean
}

/**
 * The start or end offsets of partitions, asked of their leaders; one try. Under read_committed an end is the last stable offset. A
 * partition whose leader is unknown or has moved rejects as retriable, after the cached metadata has been refreshed.
 */
export const listOffsets = async (
  cluster: FetchCluster,
  ask: OffsetsAsked,
  call: { signal: AbortSignal },
): Promise<readonly ListedOffset[]> => {
  const leaders = await leadersOf(cluster, ask.partitions, call)
  const answers = await Promise.all(
    [...leaders].map(([leader, partitions]) => askLeader(cluster, leader, { ...ask, partitions }, call)),
  )
  const offsets = answers.flat()
  const failed = offsets.find(({ error }) => error !== 0)
  if (failed === undefined) return offsets
  await cluster.refresh([...byTopic(ask.partitions).keys()], call)
  throw protocolError(failed.error, `asking for the offsets of ${failed.topic}-${failed.partition}`)
}

/** As one broker answers, error codes left in. Rejects as retriable where metadata doesn't list the broker. */
export const askLeader = async (
  cluster: FetchCluster,
  leader: number,
  { partitions, timestamp, readCommitted }: OffsetsAsked,
  call: { signal: AbortSignal },
): Promise<readonly ListedOffset[]> => {
  const broker = cluster.broker(leader)
  if (broker === undefined) {
    const names = partitions.map(({ topic, partition }) => `${topic}-${partition}`)
    throw protocolError(5, `looking for the leader of ${names.join(', ')}`)
  }
  const topics = [...byTopic(partitions)].map(([topic, list]) => ({
    topic,
    partitions: list.map(({ partition }) => partition),
  }))
  return broker.call(listOffsetsApi, { timestamp, readCommitted, topics }, call)
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
