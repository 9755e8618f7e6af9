import { access, constants } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from '@sluice/template'
import { isDistributed } from '../config/cluster-config.ts'
import type { Settings } from '../config/settings.ts'
import type { WorkerConfig } from '../config/worker-fields.ts'
import type { KafkaReach } from '../kafka/types.ts'
import { offsetsTopic } from '../offsets/offsets-topic.ts'
import type { OffsetStore } from '../offsets/offset-store.ts'
import { ConfigError } from '../task/config-error.ts'
import { clientLog } from '../task/client-log.ts'
import { clientSettings, producerDefaults } from '../task/client-settings.ts'

export interface OffsetsContext {
  readonly config: WorkerConfig
  readonly worker: Settings
  readonly reach: KafkaReach
  readonly log: Logger
}

/**
 * The store that the settings name: a file before a topic, as in standalone mode; else memory, with a warning. Rejects where the file is damaged,
 * or the topic can't be read or isn't compacted.
 */
export async function openOffsets(context: OffsetsContext): Promise<OffsetStore> {
  const { offsetStorageFileFilename: file, offsetStorageTopic: topic } = context.config
  if (file !== undefined && file !== '') {
    await refuseUnwritable(file)
    const { FileOffsetStore } = await import('../offsets/file-offset-store.ts')
    return FileOffsetStore.open(file)
  }
  if (topic !== undefined && topic !== '') return openTopic(topic, context)
  const { MemoryOffsetStore } = await import('../offsets/memory-offset-store.ts')
  context.log.warn(
    {},
    'The offsets of sources are kept in memory: they begin anew with the worker. Set offset.storage.topic or offset.storage.file.filename.',
  )
  return new MemoryOffsetStore()
}

/** What could not be written would show with the first commit only, when records have been moved already. */
async function refuseUnwritable(file: string): Promise<void> {
  const folder = dirname(file)
  try {
    await access(folder, constants.W_OK)
  } catch (cause) {
    const isMissing = (cause as { code?: unknown }).code === 'ENOENT'
    const why = isMissing ? `there is no folder ${folder}` : `the folder ${folder} is not writable`
    const message = `is ${file}, and nothing can be written there: ${why}`
    throw new ConfigError([{ field: 'offset.storage.file.filename', message }])
  }
}

async function openTopic(topic: string, context: OffsetsContext): Promise<OffsetStore> {
  const { config, worker, reach, log } = context
  const { KafkaOffsetStore } = await import('../offsets/kafka-offset-store.ts')
  const { createKafka } = await import('../kafka/create-kafka.ts')
  const own = clientSettings({ role: 'producer', worker, overrides: {}, defaults: producerDefaults })
  const kafka = createKafka({ settings: own.connection, log: clientLog(log), ...reach })
  const admin = kafka.admin()
  // also where sources deliver at least once now: what was aborted before would be ahead of its records
  const settings = { 'isolation.level': 'read_committed' }
  const store = await KafkaOffsetStore.open({
    topic: offsetsTopic(topic, worker),
    admin,
    tail: (listener) => kafka.tail({ ...listener, topic, settings }),
    producer: (delivered) => kafka.producer({ settings: own.client, delivered }),
    log,
  }).catch(async (error: unknown) => {
    await admin.close()
    throw error
  })
  return {
    get: (connector, partitions) => store.get(connector, partitions),
    set: (connector, offsets) => store.set(connector, offsets),
    all: (connector) => store.all(connector),
    // whoever is of one cluster runs the same tasks, whatever its topics are called
    identity: () => (isDistributed(config) ? Promise.resolve(config.groupId!) : store.identity()),
    close: async () => void (await Promise.all([store.close(), admin.close()])),
  }
}
