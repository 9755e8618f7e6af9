import type { TopicPartition } from '../types.ts'

/** One string for one partition. A topic's name has no colon. */
export const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}:${partition}`

export const byTopic = <P extends TopicPartition>(partitions: readonly P[]): ReadonlyMap<string, P[]> =>
  Map.groupBy(partitions, ({ topic }) => topic)

/** Those of `all` that are not among `others`. */
export const without = (
  all: readonly TopicPartition[],
  others: readonly TopicPartition[],
): readonly TopicPartition[] => {
  const keys = new Set(others.map(keyOf))
  return all.filter((one) => !keys.has(keyOf(one)))
}
