import type { Broker } from './broker.ts'
import type { ClientConfig } from './client-config.ts'
import { Cluster, type TopicMetadata } from './cluster.ts'
import { protocolError } from './errors.ts'
import { earliest, latest, listOffsets } from './fetch/list-offsets.ts'
import { GroupAdmin } from './group/group-admin.ts'
import { initProducerId } from './producer/init-producer-id.ts'
import { retrying } from './retry.ts'
import { TopicAdmin } from './topic-admin.ts'
import { listGroups } from './topic-admin-apis.ts'
import {
  type Admin,
  type GroupDescription,
  type GroupListing,
  type GroupOffset,
  KafkaError,
  type NewTopic,
  type OffsetCommits,
  type TopicDescription,
  type TopicPartition,
} from './types.ts'

export interface AdminConfig {
  readonly client: ClientConfig
  /** For a whole call, its retries included. */
  readonly apiTimeoutMs: number
}

/** The admin client of `types.ts`. Calls are retried within `default.api.timeout.ms` on whatever may pass. */
export class KafkaAdmin implements Admin {
  readonly #config: AdminConfig
  readonly #cluster: Cluster
  readonly #groups: GroupAdmin
  readonly #topics: TopicAdmin

  constructor(config: AdminConfig) {
    this.#config = config
    this.#cluster = new Cluster(config.client)
    this.#groups = new GroupAdmin({
      ask: (groupId, use) => this.#retrying(() => this.#onCoordinator(groupId, use)),
    })
    this.#topics = new TopicAdmin(this.#cluster, {
      retrying: (attempt) => this.#retrying(attempt),
      brokerWaitMs: (leftMs) => this.#brokerWaitMs(leftMs),
    })
  }

  clusterId(): Promise<string> {
    return this.#retrying(() => this.#cluster.clusterId())
  }

  async describeTopics(names?: readonly string[]): Promise<ReadonlyMap<string, TopicDescription>> {
    const topics = await this.#retrying(async () => {
      if (!names) return this.#cluster.allTopics()
      await this.#cluster.refresh(names)
      return this.#cluster.topics(names)
    })
    return new Map([...topics].map(([name, topic]) => [name, description(topic)]))
  }

  createTopics(topics: readonly NewTopic[]): Promise<ReadonlyMap<string, boolean>> {
    return this.#topics.create(topics)
  }

  deleteTopics(names: readonly string[]): Promise<void> {
    return this.#topics.delete(names)
  }

  topicConfigs(name: string, how?: { readonly own: boolean }): Promise<ReadonlyMap<string, string>> {
    return this.#topics.configs(name, how)
  }

  alterTopicConfigs(name: string, configs: ReadonlyMap<string, string | null>): Promise<void> {
    return this.#topics.alterConfigs(name, configs)
  }

  growTopic(name: string, count: number): Promise<void> {
    return this.#topics.grow(name, count)
  }

  offsets(
    topic: string,
    at: 'earliest' | 'latest',
    wanted?: readonly number[],
  ): Promise<ReadonlyMap<number, bigint>> {
    return this.#offsets(topic, at === 'earliest' ? earliest : latest, wanted)
  }

  async offsetsAt(topic: string, timestampMs: number): Promise<ReadonlyMap<number, bigint>> {
    // the ends first: a record that comes in between is younger
    const ends = await this.#offsets(topic, latest)
    const found = await this.#offsets(topic, BigInt(timestampMs), [...ends.keys()])
    return new Map([...ends].map(([partition, end]) => [partition, minusOneIs(end, found.get(partition))]))
  }

  async groups(): Promise<readonly GroupListing[]> {
    const listed = await this.#retrying(async () => {
      const brokers = await this.#cluster.brokers()
      return Promise.all(brokers.map((broker) => broker.call(listGroups, {})))
    })
    const failed = listed.find(({ error }) => error !== 0)
    if (failed) throw protocolError(failed.error, 'listing groups')
    return listed.flatMap(({ groups }) => groups)
  }

  describeGroup(groupId: string): Promise<GroupDescription> {
    return this.#groups.describe(groupId)
  }

  async groupOffsets(groupId: string, topics?: readonly string[]): Promise<readonly GroupOffset[]> {
    if (topics === undefined) return this.#groups.offsets(groupId, undefined)
    const known = await this.#retrying(() => this.#cluster.topics(topics))
    const partitions = [...known.values()].flatMap(({ name, partitions: all }) =>
      all.map(({ partition }) => ({ topic: name, partition })),
    )
    return this.#groups.offsets(groupId, partitions)
  }

  setGroupOffsets(groupId: string, offsets: OffsetCommits): Promise<void> {
    return this.#groups.set(groupId, offsets)
  }

  forgetGroupOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<void> {
    return this.#groups.forget(groupId, partitions)
  }

  deleteGroup(groupId: string): Promise<void> {
    return this.#groups.delete(groupId)
  }

  async fenceProducers(transactionalIds: readonly string[]): Promise<void> {
    // each may have another coordinator; a connector has few tasks
    await Promise.all(transactionalIds.map((id) => this.#fence(id)))
  }

  close(): Promise<void> {
    this.#cluster.close()
    return Promise.resolve()
  }

  /** Whoever asks for an epoch fences whoever has one; what is open is aborted first, for which the coordinator wants to be asked again. */
  #fence(transactionalId: string): Promise<void> {
    return this.#retrying(async (leftMs) => {
      const coordinator = await this.#cluster.transactionCoordinator(transactionalId)
      const transactionTimeoutMs = this.#brokerWaitMs(leftMs)
      await initProducerId(coordinator, { transactionalId, transactionTimeoutMs, last: undefined })
    })
  }

  #offsets(
    topic: string,
    timestamp: bigint,
    wanted?: readonly number[],
  ): Promise<ReadonlyMap<number, bigint>> {
    return this.#retrying(async () => {
      // partitions may have been added since the topic was last looked at
      await this.#cluster.refresh([topic])
      const all = await this.#partitions(topic)
      const partitions = all.filter(({ partition }) => wanted?.includes(partition) ?? true)
      const ask = { partitions, timestamp, readCommitted: false }
      const found = await listOffsets(this.#cluster, ask, { signal: this.#cluster.signal })
      return new Map(found.map(({ partition, offset }) => [partition, offset]))
    })
  }

  #retrying<T>(attempt: (leftMs: number) => Promise<T>): Promise<T> {
    const { client: config, apiTimeoutMs: timeoutMs } = this.#config
    return retrying({ config, timeoutMs, signal: this.#cluster.signal }, attempt)
  }

  /** How long a broker may take for it: less than the request's own deadline. */
  #brokerWaitMs(leftMs: number): number {
    return Math.floor(Math.min(leftMs, this.#config.client.requestTimeoutMs) * 0.9)
  }

  async #onCoordinator<T>(groupId: string, use: (broker: Broker) => Promise<T>): Promise<T> {
    try {
      return await use(await this.#cluster.coordinator(groupId))
    } catch (error) {
      this.#cluster.forgetCoordinator(groupId)
      throw error
    }
  }

  async #partitions(topic: string): Promise<TopicPartition[]> {
    const metadata = (await this.#cluster.topics([topic])).get(topic)
    if (!metadata) {
      throw new KafkaError(`Topic ${topic} does not exist, or this user may not describe it.`, {
        code: 'UNKNOWN_TOPIC_OR_PARTITION',
        retriable: false,
      })
    }
    return metadata.partitions.map(({ partition }) => ({ topic, partition }))
  }
}

function description({ name, internal, partitions }: TopicMetadata): TopicDescription {
  return { name, internal, partitions }
}

function minusOneIs(end: bigint, offset: bigint | undefined): bigint {
  return offset === undefined || offset < 0n ? end : offset
}
