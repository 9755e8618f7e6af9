import type { ClientConfig } from './client-config.ts'
import { clientFigures } from './client-figures.ts'
import { Cluster } from './cluster.ts'
import { Consumer } from './consumer.ts'
import { RunningMember } from './group/group-member.ts'
import { KafkaAdmin } from './kafka-admin.ts'
import { KafkaProducer } from './producer/kafka-producer.ts'
import { KafkaTransactionalProducer } from './producer/kafka-transactional-producer.ts'
import { KafkaPartitionReader } from './partition-reader.ts'
import { KafkaTopicReader } from './reader.ts'
import { KafkaTopicTail } from './tail.ts'
import { adminConfig } from './settings/admin-settings.ts'
import { refuseSettings, settingWarnings } from './settings/classify.ts'
import { clientConfig } from './settings/client-settings.ts'
import { producerConfig } from './settings/producer-settings.ts'
import type { ClientKind } from './settings/setting-classes.ts'
import { SettingReader, type Settings } from './settings/setting-reader.ts'
import type { Kafka, KafkaOptions, KafkaReach } from './types.ts'

/**
 * The clients of one cluster. Each has connections of its own, made when they are needed. A client's settings override the
 * common ones; what is wrong with either is thrown at once as one KafkaError (CONFIG), what does nothing is warned about.
 */
export function createKafka(options: KafkaOptions): Kafka {
  const { log, token, rediscover, refused } = options
  const reach: KafkaReach = {
    ...(token && { token }),
    ...(rediscover && { rediscover }),
    ...(refused && { refused }),
  }
  const counted = <C extends { readonly client: ClientConfig }>(
    kind: 'producer' | 'admin-client',
    config: C,
  ): C => ({ ...config, client: withFigures(config.client, kind, options) })
  const merged = (own: Settings, kind: ClientKind): Settings => {
    const news = Object.entries(own).filter(([name, value]) => options.settings[name] !== value)
    for (const warning of settingWarnings(Object.fromEntries(news), kind)) log.warn(warning)
    return { ...options.settings, ...own }
  }
  sharedConfig(options.settings, reach)
  return {
    warnings: settingWarnings(options.settings),
    producer: ({ settings, ...producer }) =>
      new KafkaProducer(counted('producer', producerConfig(merged(settings, 'producer'), reach)), {
        ...producer,
        log,
      }),
    transactionalProducer: ({ settings, ...producer }) => {
      const config = producerConfig(merged({ ...settings, ...transactional }, 'producer'), reach)
      return new KafkaTransactionalProducer(counted('producer', config), { ...producer, log })
    },
    consumer: (consumer) => {
      const settings = merged(consumer.settings, 'consumer')
      const config = sharedConfig(settings, reach, 'consumer')
      const cluster = new Cluster(withFigures(config, 'consumer', options))
      return new Consumer({ ...consumer, settings }, { cluster, log })
    },
    member: (member) => {
      const cluster = new Cluster(sharedConfig(options.settings, reach))
      return new RunningMember(member, { cluster, log })
    },
    reader: (own = {}) => {
      const settings = merged(own, 'consumer')
      const cluster = new Cluster(sharedConfig(settings, reach, 'consumer'))
      return new KafkaTopicReader({ cluster, settings, log })
    },
    partitions: (positions, own = {}) => {
      const settings = merged(own, 'consumer')
      const cluster = new Cluster(sharedConfig(settings, reach, 'consumer'))
      return new KafkaPartitionReader(positions, { cluster, settings, log })
    },
    tail: ({ settings: own = {}, ...tail }) => {
      const settings = merged(own, 'consumer')
      const cluster = new Cluster(sharedConfig(settings, reach, 'consumer'))
      return new KafkaTopicTail(tail, { cluster, settings, log })
    },
    admin: (settings = {}) =>
      new KafkaAdmin(counted('admin-client', adminConfig(merged(settings, 'admin'), reach))),
  }
}

function withFigures(
  config: ClientConfig,
  kind: 'producer' | 'consumer' | 'admin-client',
  { figures }: KafkaOptions,
): ClientConfig {
  if (figures === undefined) return config
  return { ...config, figures: clientFigures(kind, { sink: figures, clientId: config.clientId }) }
}

/** What transactions need. */
const transactional = { 'enable.idempotence': 'true', acks: 'all' }

function sharedConfig(settings: Settings, reach: KafkaReach, kind?: ClientKind): ClientConfig {
  const reader = new SettingReader(settings)
  const config = clientConfig(reader, reach)
  if (kind) refuseSettings(reader, settings, kind)
  reader.done(kind ? `the Kafka ${kind}` : 'the Kafka clients')
  return config
}
