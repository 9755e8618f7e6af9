import {
  type ConfigFields,
  type ConfigOf,
  type Offsets,
  type PartitionOffset,
  RetriableError,
  type SinkContext,
  type TopicPartition,
} from '@sluice/template'
import { type Admin, KafkaError } from '../kafka/types.ts'
import { type Run, taskContext } from '../task/run.ts'
import type { CommitClock } from './commit-clock.ts'
import type { Rejections } from './rejections.ts'

/** What a sink connector is given when it opens. */
export function sinkContext(
  run: Run,
  how: {
    readonly config: ConfigOf<ConfigFields>
    /** The connector's name, for dead letters. */
    readonly by: string
    readonly toleratesRejects: boolean
    readonly admin: Pick<Admin, 'offsets' | 'describeTopics' | 'groupOffsets'>
    readonly groupId: string
    readonly rejections: Pick<Rejections, 'reject'>
    readonly clock: Pick<CommitClock, 'request'>
  },
): SinkContext<ConfigOf<ConfigFields>> {
  const { admin, groupId, rejections, clock, by, toleratesRejects } = how
  return {
    ...taskContext(run),
    config: how.config,
    reject: (record, error) => rejections.reject(record, { error, by }),
    toleratesRejects,
    requestCommit: () => clock.request(),
    endOffsets: (partitions) => asked(endOffsets(admin, partitions)),
    partitionCount: async (topic) => {
      const description = (await asked(admin.describeTopics([topic]))).get(topic)
      if (!description) throw new Error(`The topic ${topic} does not exist.`)
      return description.partitions.length
    },
    committed: (partitions) => asked(committed(admin, { groupId, partitions })),
  }
}

/** A connector that lets the failure through is called again where another try may help. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof KafkaError && error.retriable)) throw error
    throw new RetriableError(error.message, { cause: error })
  }
}

async function endOffsets(
  admin: Pick<Admin, 'offsets'>,
  partitions: readonly TopicPartition[],
): Promise<Offsets> {
  const byTopic = Map.groupBy(partitions, ({ topic }) => topic)
  const found = new Map(
    await Promise.all(
      [...byTopic].map(async ([topic, list]) => {
        const numbers = list.map(({ partition }) => partition)
        return [topic, await admin.offsets(topic, 'latest', numbers)] as const
      }),
    ),
  )
  return partitions.map(({ topic, partition }) => {
    const offset = found.get(topic)?.get(partition)
    if (offset === undefined) throw new Error(`The topic ${topic} has no partition ${partition}.`)
    return { topic, partition, offset }
  })
}

async function committed(
  admin: Pick<Admin, 'groupOffsets'>,
  { groupId, partitions }: { groupId: string; partitions: readonly TopicPartition[] },
): Promise<readonly (PartitionOffset | undefined)[]> {
  const offsets = await admin.groupOffsets(groupId, [...new Set(partitions.map(({ topic }) => topic))])
  return partitions.map(({ topic, partition }) => {
    const found = offsets.find((one) => one.topic === topic && one.partition === partition)
    if (!found || found.offset === null) return undefined
    return { topic, partition, offset: found.offset, metadata: found.metadata }
  })
}
