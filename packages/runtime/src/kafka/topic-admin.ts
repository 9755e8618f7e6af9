import { createTopicsApi, deleteTopicsApi, describeConfigsApi } from './admin-apis.ts'
import type { Broker } from './broker.ts'
import type { Cluster, TopicMetadata } from './cluster.ts'
import { errorNames } from './error-codes.ts'
import { protocolError } from './errors.ts'
import { createPartitions, incrementalAlterConfigs } from './topic-admin-apis.ts'
import { KafkaError, type NewTopic } from './types.ts'

export interface TopicAdminOptions {
  /** Retries on whatever may pass; `leftMs` is how long it still does. */
  readonly retrying: <T>(attempt: (leftMs: number) => Promise<T>) => Promise<T>
  /** How long a broker may take for a call. */
  readonly brokerWaitMs: (leftMs: number) => number
}

/** Where a setting comes from: the topic itself. */
const ofTopic = 1

/** Topics as an operator makes and changes them; the docs of each are `Admin`'s. */
export class TopicAdmin {
  readonly #cluster: Cluster
  readonly #retrying: TopicAdminOptions['retrying']
  readonly #brokerWaitMs: TopicAdminOptions['brokerWaitMs']

  constructor(cluster: Cluster, { retrying, brokerWaitMs }: TopicAdminOptions) {
    this.#cluster = cluster
    this.#retrying = retrying
    this.#brokerWaitMs = brokerWaitMs
  }

  async create(topics: readonly NewTopic[]): Promise<ReadonlyMap<string, boolean>> {
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

  async delete(names: readonly string[]): Promise<void> {
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

  configs(name: string, { own } = { own: false }): Promise<ReadonlyMap<string, string>> {
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

  async alterConfigs(name: string, configs: ReadonlyMap<string, string | null>): Promise<void> {
    await this.#retrying(async () => {
      const [result] = await this.#onController((broker) =>
        broker.call(incrementalAlterConfigs, { topic: name, configs: [...configs] }),
      )
      if (result && result.error !== 0) throw topicError(resultOf(name, result), 'changing')
    })
  }

  async grow(name: string, count: number): Promise<void> {
    await this.#retrying(async (leftMs) => {
      const timeoutMs = this.#brokerWaitMs(leftMs)
      const [result] = await this.#onController((broker) =>
        broker.call(createPartitions, { topic: name, count, timeoutMs }),
      )
      if (result && result.error !== 0) throw topicError(resultOf(name, result), 'growing')
    })
    await this.#seen([name], (topic) => (topic?.partitions.length ?? 0) >= count)
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

  async #onController<T>(use: (broker: Broker) => Promise<T>): Promise<T> {
    try {
      return await use(await this.#cluster.controller())
    } catch (error) {
      this.#cluster.forgetController()
      throw error
    }
  }
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
