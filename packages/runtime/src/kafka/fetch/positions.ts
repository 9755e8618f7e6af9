import type { Cluster } from '../cluster.ts'
import type { ConsumerConfig } from '../consumer-config.ts'
import type { GroupCalls } from '../group/group-calls.ts'
import { keyOf } from '../group/partitions.ts'
import { retrying } from '../retry.ts'
import { KafkaError, type TopicPartition } from '../types.ts'
import { earliest, latest, listOffsets } from './list-offsets.ts'

export interface PositionOptions {
  readonly cluster: Cluster
  readonly calls: GroupCalls
  readonly config: ConsumerConfig
  readonly signal: AbortSignal
}

export type Positions = ReadonlyArray<TopicPartition & { readonly offset: bigint }>

type Wanted = TopicPartition & { readonly outOfRange: boolean }

/**
 * Where to start: the group's committed offset, else what `auto.offset.reset` says. Retries for `default.api.timeout.ms`; as long
 * as the group's offsets can't be read nothing is assumed about them, so it rejects.
 */
export const startPositions = async (
  options: PositionOptions,
  wanted: readonly Wanted[],
): Promise<Positions> => {
  const asked = wanted.filter(({ outOfRange }) => !outOfRange)
  const committed = asked.length > 0 ? await committedPositions(options, asked) : []
  const found = new Set(committed.map(keyOf))
  const rest = wanted.filter((one) => !found.has(keyOf(one)))
  return rest.length === 0 ? committed : [...committed, ...(await resetPositions(options, rest))]
}

const committedPositions = async (
  { cluster, calls, config, signal }: PositionOptions,
  partitions: readonly TopicPartition[],
): Promise<Positions> => {
  const offsets = await retrying(
    { config: cluster.config, timeoutMs: config.defaultApiTimeoutMs, signal },
    () => calls.offsets(partitions, { signal }),
  )
  return offsets.filter(({ offset }) => offset >= 0n)
}

const resetPositions = (
  { cluster, calls, config, signal }: PositionOptions,
  partitions: readonly Wanted[],
): Promise<Positions> => {
  if (config.autoOffsetReset === 'none') throw noReset(calls, partitions[0] as Wanted)
  const timestamp = config.autoOffsetReset === 'earliest' ? earliest : latest
  const { readCommitted } = config
  return retrying({ config: cluster.config, timeoutMs: config.defaultApiTimeoutMs, signal }, () =>
    listOffsets(cluster, { partitions, timestamp, readCommitted }, { signal }),
  )
}

const noReset = (calls: GroupCalls, { topic, partition, outOfRange }: Wanted): KafkaError =>
  new KafkaError(
    outOfRange
      ? `The position of ${topic}-${partition} is out of range and auto.offset.reset is none: records were deleted before ${calls.name} read them. Set the group's offset.`
      : `${calls.name} has no offset for ${topic}-${partition} and auto.offset.reset is none. Set the group's offset, or auto.offset.reset to earliest or latest.`,
    { code: outOfRange ? 'OFFSET_OUT_OF_RANGE' : 'NO_OFFSET', retriable: false },
  )
