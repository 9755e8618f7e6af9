import type { Logger } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import { createKafka } from '../kafka/create-kafka.ts'
import type {
  Admin,
  GroupConsumer,
  GroupConsumerOptions,
  KafkaReach,
  OutgoingRecord,
  Producer,
  ProducerOptions,
  TopicReader,
} from '../kafka/types.ts'
import { clientSettings, producerDefaults } from '../task/client-settings.ts'

/** What looks after dead letters needs of Kafka. Each client is its maker's to close. */
export interface LetterClients {
  /** As the settings say: for messages. */
  readonly bootstrapServers: string
  admin(): Admin
  reader(): TopicReader
  consumer(options: Omit<GroupConsumerOptions, 'settings'>): GroupConsumer
  producer<R extends OutgoingRecord>(delivered: ProducerOptions<R>['delivered']): Producer<R>
}

/** A person waits: what can't be reached is said soon. */
const patience = { 'default.api.timeout.ms': '15000', 'request.timeout.ms': '10000' }

/**
 * By the settings of a worker, or of any Kafka client: `bootstrap.servers`, `security.protocol`, `sasl.*`, `ssl.*`, and what has the prefixes
 * `admin.`, `consumer.` and `producer.`. Nothing is connected yet.
 */
export function openLetterClients(settings: Settings, log: Logger, reach: KafkaReach = {}): LetterClients {
  const of = (role: 'admin' | 'consumer' | 'producer', overrides: Readonly<Record<string, string>>) => {
    const defaults = { 'client.id': 'sluice-dlq', ...patience, ...(role === 'producer' && producerDefaults) }
    const { connection, client } = clientSettings({ role, worker: settings, overrides, defaults })
    return { kafka: createKafka({ settings: connection, log, ...reach }), client }
  }
  return {
    bootstrapServers: settings.get('bootstrap.servers') ?? '...',
    admin() {
      const { kafka, client } = of('admin', {})
      return kafka.admin(client)
    },
    reader() {
      const { kafka, client } = of('consumer', {})
      return kafka.reader(client)
    },
    consumer(options) {
      const { kafka, client } = of('consumer', { 'auto.offset.reset': 'earliest', 'max.poll.records': '100' })
      return kafka.consumer({ ...options, settings: client })
    },
    producer(delivered) {
      // what was taken once is taken again
      const { kafka, client } = of('producer', { 'max.request.size': '104857600' })
      return kafka.producer({ settings: client, delivered })
    },
  }
}
