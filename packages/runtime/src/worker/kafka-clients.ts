import type { Logger } from '@sluice/template'
import type {
  Admin,
  GroupConsumer,
  GroupConsumerOptions,
  OutgoingRecord,
  PartitionReader,
  Position,
  Producer,
  ProducerOptions,
} from '../kafka/types.ts'
import { clientLog } from '../task/client-log.ts'
import { clientSettings } from '../task/client-settings.ts'
import type { ReachedKafka } from './kafka-access.ts'

type Overrides = Readonly<Record<string, string>>

/** Clients of a cluster for programs other than workers. Each is its maker's to close. */
export interface KafkaClients {
  admin(): Admin
  producer<R extends OutgoingRecord>(
    delivered: ProducerOptions<R>['delivered'],
    overrides?: Overrides,
  ): Producer<R>
  consumer(options: Omit<GroupConsumerOptions, 'settings'>, overrides?: Overrides): GroupConsumer
  partitions(positions: readonly Position[], overrides?: Overrides): PartitionReader
}

/**
 * By the settings of a worker, or of any Kafka client: `bootstrap.servers`, `security.protocol`, `sasl.*`, `ssl.*`, and what has the prefixes
 * `admin.`, `consumer.` and `producer.`. Nothing is connected yet. `patience`: defaults that say how long is waited.
 */
export async function openKafkaClients(
  { settings, reach }: ReachedKafka,
  how: { readonly log: Logger; readonly clientId: string; readonly patience?: Overrides },
): Promise<KafkaClients> {
  const { createKafka } = await import('../kafka/create-kafka.ts')
  const of = (role: 'admin' | 'consumer' | 'producer', overrides: Overrides = {}) => {
    const defaults = { 'client.id': how.clientId, ...how.patience }
    const { connection, client } = clientSettings({ role, worker: settings, overrides, defaults })
    return { kafka: createKafka({ settings: connection, log: clientLog(how.log), ...reach }), client }
  }
  return {
    admin() {
      const { kafka, client } = of('admin')
      return kafka.admin(client)
    },
    producer(delivered, overrides) {
      const { kafka, client } = of('producer', overrides)
      return kafka.producer({ settings: client, delivered })
    },
    consumer(options, overrides) {
      const { kafka, client } = of('consumer', overrides)
      return kafka.consumer({ ...options, settings: client })
    },
    partitions(positions, overrides) {
      const { kafka, client } = of('consumer', overrides)
      return kafka.partitions(positions, client)
    },
  }
}
