import { type Logger, parseConfig } from '@sluice/template'
import { workerFields } from '../config/worker-fields.ts'
import { type Admin, KafkaError } from '../kafka/types.ts'
import { ConfigError } from '../task/config-error.ts'

export interface OffsetsTopic {
  readonly topic: string
  /** Of the topic, where it must be made. */
  readonly partitions: number
  /** -1: as the brokers do. */
  readonly replicationFactor: number
  readonly admin: Pick<Admin, 'describeTopics' | 'createTopics' | 'topicConfigs'>
  readonly log: Logger
}

/** Makes the topic if it doesn't exist, as the worker's settings say. Refuses one that isn't compacted. */
export async function ensureOffsetsTopic(
  how: Omit<OffsetsTopic, 'partitions' | 'replicationFactor'> & {
    readonly worker: ReadonlyMap<string, string>
  },
): Promise<void> {
  await ensureCompacted({ ...how, ...offsetsTopicSize(how.worker) })
}

/** How it is made, by the worker's settings. */
export function offsetsTopicSize(
  worker: ReadonlyMap<string, string>,
): Pick<OffsetsTopic, 'partitions' | 'replicationFactor'> {
  const { offsetStoragePartitions, offsetStorageReplicationFactor } = workerFields
  const { config, issues } = parseConfig({ offsetStoragePartitions, offsetStorageReplicationFactor }, worker)
  if (config === undefined) throw new ConfigError(issues)
  const { offsetStoragePartitions: partitions, offsetStorageReplicationFactor: replicationFactor } = config
  return { partitions, replicationFactor }
}

/** The same with numbers given. */
export async function ensureCompacted(options: OffsetsTopic): Promise<void> {
  const { admin, topic, partitions, replicationFactor, log } = options
  if (!(await admin.describeTopics([topic])).has(topic)) {
    log.info({ topic, partitions }, 'The topic for offsets does not exist and is made.')
    await admin.createTopics([
      {
        name: topic,
        partitions,
        ...(replicationFactor > 0 && { replicationFactor }),
        configs: { 'cleanup.policy': 'compact' },
      },
    ])
    return
  }
  const policy = (await admin.topicConfigs(topic)).get('cleanup.policy')
  if (policy !== undefined && policy !== 'compact') {
    throw new KafkaError(
      `The topic ${topic} for offsets has cleanup.policy=${policy}, so that offsets would be deleted with time. Set it to compact.`,
      { code: 'CONFIG', retriable: false },
    )
  }
}
