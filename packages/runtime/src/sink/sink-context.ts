import {
  type ConfigFields,
  type ConfigOf,
  type Offsets,
  type PartitionOffset,
  RetriableError,
  type SinkContext,
  type TopicPartition,
} from '@sluice/template'
import { kindAt } from '../errors/stages.ts'
import type { Admin } from '../kafka/types.ts'
import { type Run, taskContext } from '../task/run.ts'
import type { TransformChain } from '../transforms/chain.ts'
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
    readonly topics: readonly string[] | RegExp
    readonly chain: Pick<TransformChain, 'transforms' | 'topicsBehind'>
    readonly rejections: Pick<Rejections, 'reject'>
    readonly clock: Pick<CommitClock, 'request'>
  },
): SinkContext<ConfigOf<ConfigFields>> {
  const { admin, groupId, topics, chain, rejections, clock, by, toleratesRejects } = how
  return {
    ...taskContext(run),
    config: how.config,
    reject: (record, error) => rejections.reject(record, { error, by }),
    toleratesRejects,
    requestCommit: () => clock.request(),
    transforms: chain.transforms,
    routes: async () => {
      const read = await askable(topicsRead(admin, topics))
      return read.map((topic) => {
        const becomes = chain.topicsBehind(topic)
        return becomes === undefined ? { topic } : { topic, becomes }
      })
    },
    endOffsets: (partitions) => askable(endOffsets(admin, partitions)),
    partitionCount: (topic) => askable(partitionCount(admin, topic)),
    committed: (partitions) => askable(committed(admin, { groupId, partitions })),
  }
}

/** A sink knows nothing of Kafka's errors: those that pass are told as the template does. */
async function askable<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (kindAt('KAFKA_CONSUME', error) !== 'retriable') throw error
    throw new RetriableError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

const internalTopics = new Set(['__consumer_offsets', '__transaction_state'])

async function topicsRead(
  admin: Pick<Admin, 'describeTopics'>,
  topics: readonly string[] | RegExp,
): Promise<readonly string[]> {
  if (!(topics instanceof RegExp)) return topics
  const all = [...(await admin.describeTopics()).keys()]
  return all.filter((topic) => topics.test(topic) && !internalTopics.has(topic))
}

async function partitionCount(admin: Pick<Admin, 'describeTopics'>, topic: string): Promise<number> {
  const description = (await admin.describeTopics([topic])).get(topic)
  if (!description) throw new Error(`The topic ${topic} does not exist.`)
  return description.partitions.length
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
