import type { WorkerConfig } from '../config/worker-fields.ts'
import { type Admin, KafkaError } from '../kafka/types.ts'
import type { InternalTopic } from './logs/internal-topic.ts'

export function configTopic(config: WorkerConfig): InternalTopic {
  return {
    name: config.configStorageTopic!,
    setting: 'config.storage.topic',
    holds: 'connector configurations',
    partitions: 1,
    replicationFactor: config.configStorageReplicationFactor,
    configs: config.configStorage,
    onePartition: true,
  }
}

export function statusTopic(config: WorkerConfig): InternalTopic {
  return {
    name: config.statusStorageTopic ?? '',
    setting: 'status.storage.topic',
    holds: 'states of connectors and tasks',
    partitions: config.statusStoragePartitions,
    replicationFactor: config.statusStorageReplicationFactor,
    configs: config.statusStorage,
  }
}

/** Where topics are not to be made, what isn't there is an error. */
export async function refuseMissing(topics: readonly InternalTopic[], admin: Admin): Promise<void> {
  const found = await admin.describeTopics(topics.map(({ name }) => name))
  const missing = topics.find(({ name }) => !found.has(name))
  if (missing === undefined) return
  throw new KafkaError(
    `The topic ${missing.name} (${missing.setting}) does not exist, and internal.topics.automatic.creation.enable=false says not to make it: make it, compacted.`,
    { code: 'CONFIG', retriable: false },
  )
}
