import type { Logger } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { KafkaReach } from '../kafka/types.ts'
import { layeredOffsets } from '../offsets/layered-offsets.ts'
import type { OffsetStore } from '../offsets/offset-store.ts'
import { offsetsTopic } from '../offsets/offsets-topic.ts'
import { clientSettings, consumerDefaults, producerDefaults } from '../task/client-settings.ts'
import { under } from '../transforms/opening.ts'

export interface ConnectorOffsetsOptions {
  readonly worker: Settings
  readonly reach: KafkaReach
  /** The worker's. */
  readonly offsets: OffsetStore
}

/** For whoever asks over REST and waits. */
const withinMs = '15000'
const quietClient = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const quiet: Logger = { ...quietClient, child: () => quiet }

/** Calls `use` with the store that the tasks of a source with these settings have: the worker's, behind a topic of the connector's own if it has one. */
export async function withOffsetsOf<T>(
  settings: Settings,
  options: ConnectorOffsetsOptions,
  use: (store: OffsetStore) => Promise<T>,
): Promise<T> {
  const topic = settings.get('offsets.storage.topic')?.trim() ?? ''
  const { worker, offsets } = options
  if (topic === '' || topic === worker.get('offset.storage.topic')?.trim()) return use(offsets)
  const own = await openOwn(topic, settings, options)
  try {
    return await use(layeredOffsets(own.store, { behind: offsets, log: quiet }))
  } finally {
    await own.close()
  }
}

/** Only committed records are read, for the topic may be written in transactions. */
async function openOwn(
  topic: string,
  settings: Settings,
  { worker, reach: given }: ConnectorOffsetsOptions,
): Promise<{ readonly store: OffsetStore; close(): Promise<void> }> {
  const { KafkaOffsetStore } = await import('../offsets/kafka-offset-store.ts')
  const { createKafka } = await import('../kafka/create-kafka.ts')
  const reach = (
    role: 'producer' | 'consumer' | 'admin',
    defaults: Readonly<Record<string, string>> = {},
  ) => {
    const overrides = Object.fromEntries(under(settings, `${role}.override.`))
    const { connection, client } = clientSettings({ role, worker, overrides, defaults })
    return { kafka: createKafka({ settings: connection, log: quietClient, ...given }), client }
  }
  const forAdmin = reach('admin')
  const forReader = reach('consumer', consumerDefaults)
  const forWriter = reach('producer', producerDefaults)
  const admin = forAdmin.kafka.admin({ ...forAdmin.client, 'default.api.timeout.ms': withinMs })
  const settingsOfReader = {
    ...forReader.client,
    'isolation.level': 'read_committed',
    'default.api.timeout.ms': withinMs,
  }
  try {
    const store = await KafkaOffsetStore.open({
      topic: offsetsTopic(topic, worker, 'offsets.storage.topic'),
      admin,
      tail: (listener) => forReader.kafka.tail({ ...listener, topic, settings: settingsOfReader }),
      producer: (delivered) =>
        forWriter.kafka.producer({
          settings: { ...forWriter.client, 'delivery.timeout.ms': withinMs, 'request.timeout.ms': '10000' },
          delivered,
        }),
      log: quiet,
    })
    const close = async (): Promise<void> => void (await Promise.all([store.close(), admin.close()]))
    return { store, close }
  } catch (error) {
    await admin.close()
    throw error
  }
}
