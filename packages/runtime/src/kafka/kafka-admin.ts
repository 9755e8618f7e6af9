import { createTopicsApi, deleteTopicsApi, describeConfigsApi } from './admin-apis.ts'
import type { Broker } from './broker.ts'
import type { ClientConfig } from './client-config.ts'
import { Cluster, type TopicMetadata } from './cluster.ts'
import { errorNames } from './error-codes.ts'
import { protocolError } from './errors.ts'
import { earliest, latest, listOffsets } from './fetch/list-offsets.ts'
import { GroupAdmin } from './group/group-admin.ts'
import { initProducerId } from './producer/init-producer-id.ts'
import { retrying } from './retry.ts'
import { createPartitions, incrementalAlterConfigs, listGroups } from './topic-admin-apis.ts'
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

const ofTopic = 1

/** The admin client of `types.ts`. Calls are retried within `default.api.timeout.ms` on whatever may pass. */
export class KafkaAdmin implements Admin {
  readonly #config: AdminConfig
  readonly #cluster: Cluster
  readonly #groups: GroupAdmin

  constructor(config: AdminConfig) {
    this.#config = config
    this.#cluster = new Cluster(config.client)
    this.#groups = new GroupAdmin({
      ask: (groupId, use) => this.#retrying(() => this.#onCoordinator(groupId, use)),
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

  async createTopics(topics: readonly NewTopic[]): Promise<ReadonlyMap<string, boolean>> {
    const made = new Map<string, boolean>()
    await this.#retrying(async (leftMs) => {
      const missing = topics.filter(({ name }) => !made.has(name))
      const body = { topics: missing.map(newTopic), timeout: this.#brokerWaitMs(leftMs) }
      const answer = await this.#onController((broker) => broker.call(createTopicsApi, body))
      for (const result of answer.topicErrors) {
        const name = nameOf(result.errorCode)
        if (name !== undefined && name !== 'TOPIC_ALREADY_EXISTS') throw topicError(result, 'making')
        made.set(result.topic, name === undefined)
      }
    })
    await this.#seen(
      [...made.keys()],
      (topic) => topic?.partitions.every(({ leader }) => leader >= 0) ?? false,
    )
    return made
  }

  async deleteTopics(names: readonly string[]): Promise<void> {
    const left = new Set(names)
    await this.#retrying(async (leftMs) => {
      const body = { topics: [...left], timeout: this.#brokerWaitMs(leftMs) }
      const answer = await this.#onController((broker) => broker.call(deleteTopicsApi, body))
      for (const result of answer.topicErrors) {
        const name = nameOf(result.errorCode)
        if (name !== undefined && name !== 'UNKNOWN_TOPIC_OR_PARTITION') throw topicError(result, 'deleting')
        left.delete(result.topic)
      }
    })
    await this.#seen(names, (topic) => topic === undefined)
  }

  topicConfigs(name: string, { own } = { own: false }): Promise<ReadonlyMap<string, string>> {
    return this.#retrying(async () => {
      const body = { resources: [{ type: 2 as const, name }] }
      const answer = await this.#cluster.anyBroker((broker) => broker.call(describeConfigsApi, body))
      const [resource] = answer.resources
      if (resource && resource.errorCode !== 0) {
        throw protocolError(resource.errorCode, `reading the settings of topic ${name}`)
      }
      const entries = resource?.configEntries ?? []
      return new Map(
        entries
          .filter(({ configSource }) => !own || configSource === ofTopic)
          .map(({ configName, configValue }) => [configName, configValue ?? '']),
      )
    })
  }

  async alterTopicConfigs(name: string, configs: ReadonlyMap<string, string | null>): Promise<void> {
    await this.#retrying(async () => {
      const [result] = await this.#onController((broker) =>
        broker.call(incrementalAlterConfigs, { topic: name, configs: [...configs] }),
      )
      if (result && result.error !== 0) throw topicError(resultOf(name, result), 'changing')
    })
  }

  async growTopic(name: string, count: number): Promise<void> {
    await this.#retrying(async (leftMs) => {
      const timeoutMs = this.#brokerWaitMs(leftMs)
      const [result] = await this.#onController((broker) =>
        broker.call(createPartitions, { topic: name, count, timeoutMs }),
      )
      if (result && result.error !== 0) throw topicError(resultOf(name, result), 'growing')
    })
    await this.#seen([name], (topic) => (topic?.partitions.length ?? 0) >= count)
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

  /** A broker learns of a change only after the controller has answered: waits until one shows the topics as they are to be. */
  async #seen(
    names: readonly string[],
    asWanted: (topic: TopicMetadata | undefined) => boolean,
  ): Promise<void> {
    await this.#retrying(async () => {
      await this.#cluster.refresh(names)
      const topics = await this.#cluster.topics(names)
      const behind = names.find((name) => !asWanted(topics.get(name)))
      if (behind !== undefined) throw protocolError(5, `waiting for the change of topic ${behind}`)
    })
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

  async #onController<T>(use: (broker: Broker) => Promise<T>): Promise<T> {
    try {
      return await use(await this.#cluster.controller())
    } catch (error) {
      this.#cluster.forgetController()
      throw error
    }
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

function resultOf(topic: string, result: { readonly error: number; readonly message: string | null }) {
  return { topic, errorCode: result.error, errorMessage: result.message }
}

function newTopic({ name, partitions = -1, replicationFactor = -1, configs = {} }: NewTopic) {
  const configEntries = Object.entries(configs).map(([key, value]) => ({ name: key, value }))
  return { topic: name, numPartitions: partitions, replicationFactor, configEntries }
}

function nameOf(code: number): string | undefined {
  return code === 0 ? undefined : (errorNames.get(code) ?? `ERROR_${code}`)
}

function topicError(
  result: { topic: string; errorCode: number; errorMessage?: string | null },
  doing: string,
): KafkaError {
  const error = protocolError(result.errorCode, `${doing} topic ${result.topic}`)
  if (!result.errorMessage) return error
  const { code, retriable } = error
  return new KafkaError(`${error.message} The broker says: ${result.errorMessage}`, { code, retriable })
}
