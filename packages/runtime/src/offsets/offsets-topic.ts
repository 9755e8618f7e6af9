import { parseConfig } from '@sluice/template'
import { workerFields } from '../config/worker-fields.ts'
import type { InternalTopic } from '../distributed/logs/internal-topic.ts'
import { ConfigError } from '../task/config-error.ts'

type Settings = ReadonlyMap<string, string>

/**
 * A topic for offsets, made as the worker's settings say where it must be: its own, or one that a connector names by
 * `offsets.storage.topic`. Throws a ConfigError.
 */
export function offsetsTopic(
  name: string,
  worker: Settings,
  setting: 'offset.storage.topic' | 'offsets.storage.topic' = 'offset.storage.topic',
): InternalTopic {
  const { offsetStorageTopic, offsetStoragePartitions, offsetStorageReplicationFactor } = workerFields
  const { offsetStorageFileFilename, offsetStorage } = workerFields
  const fields = {
    offsetStorageTopic,
    offsetStoragePartitions,
    offsetStorageReplicationFactor,
    offsetStorageFileFilename,
    offsetStorage,
  }
  const { config, issues } = parseConfig(fields, worker)
  if (config === undefined) throw new ConfigError(issues)
  return {
    name,
    setting,
    holds: 'offsets of sources',
    partitions: config.offsetStoragePartitions,
    replicationFactor: config.offsetStorageReplicationFactor,
    configs: config.offsetStorage,
  }
}
