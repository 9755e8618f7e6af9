import { type Admin, KafkaError, type NewTopic } from '../kafka/types.ts'
import { createCommand } from './create-command.ts'
import { isTopicName } from './topic-name.ts'
import { newTopic, type TopicRules } from './topic-rules.ts'

export interface TopicCreationOptions {
  readonly admin: Pick<Admin, 'describeTopics' | 'createTopics'>
  /** The worker's `topic.creation.enable`. */
  readonly enabled: boolean
  readonly rules: TopicRules
  /** For the commands that messages suggest. */
  readonly bootstrapServers: string
}

/** Makes the topics that a source writes to, as each is first met: brokers don't by themselves. */
export class TopicCreation {
  readonly #options: TopicCreationOptions
  readonly #known = new Set<string>()

  constructor(options: TopicCreationOptions) {
    this.#options = options
  }

  /** The topics of these records are there afterwards, but for those that can't be. No promise where all are known, which is nearly always. */
  ensure(records: Iterable<{ readonly topic: string | undefined } | null>): Promise<void> | undefined {
    const news = new Set<string>()
    for (const record of records) {
      if (record?.topic !== undefined && !this.#known.has(record.topic)) news.add(record.topic)
    }
    const possible = [...news].filter(isTopicName)
    return possible.length === 0 ? undefined : this.#ensure(possible)
  }

  /** What is wrong with a topic after `ensure`: it is none that there can be. */
  refusal(topic: string): KafkaError | undefined {
    if (this.#known.has(topic)) return undefined
    const message = `"${topic}" can't be the name of a topic: it has to be 1 to 249 letters, digits, dots, hyphens and underscores.`
    return new KafkaError(message, { code: 'INVALID_TOPIC_EXCEPTION', retriable: false })
  }

  async #ensure(names: readonly string[]): Promise<void> {
    const existing = await this.#options.admin.describeTopics(names)
    const missing = names.filter((name) => !existing.has(name))
    if (missing.length > 0) await this.#create(missing.map((name) => newTopic(name, this.#options.rules)))
    for (const name of names) this.#known.add(name)
  }

  async #create(topics: readonly NewTopic[]): Promise<void> {
    const { admin, enabled } = this.#options
    if (!enabled) {
      throw this.#missing(topics, ', and topic.creation.enable is false', {
        advice: 'Set topic.creation.enable=true for the worker',
      })
    }
    try {
      await admin.createTopics(topics)
    } catch (cause) {
      if (!(cause instanceof KafkaError) || cause.retriable) throw cause
      const { code, message } = cause
      throw this.#missing(topics, ` and can't be created: ${message}`, { advice: advice[code], cause })
    }
  }

  #missing(
    topics: readonly NewTopic[],
    reason: string,
    how: { readonly advice: string | undefined; readonly cause?: unknown },
  ): Error {
    const names = topics.map(({ name }) => name).join(', ')
    const [subject, object] = topics.length === 1 ? ['topic', 'it'] : ['topics', 'them']
    const verb = topics.length === 1 ? 'does' : 'do'
    const commands = topics.map((topic) => createCommand(topic, this.#options.bootstrapServers)).join('\n')
    const what = how.advice === undefined ? 'Create' : `${how.advice}, or create`
    return new Error(
      `The ${subject} ${names} ${verb} not exist${reason.replace(/\.?$/, '.')} ${what} ${object}:\n${commands}`,
      { cause: how.cause },
    )
  }
}

/** What helps as well as to create the topic by hand. */
const advice: Readonly<Partial<Record<string, string>>> = {
  INVALID_REPLICATION_FACTOR:
    'Set topic.creation.default.replication.factor (or that of its group) to at most the number of brokers',
  INVALID_PARTITIONS: 'Set topic.creation.default.partitions (or those of its group) otherwise',
  INVALID_CONFIG: 'Mend its settings in topic.creation.*',
  POLICY_VIOLATION: "Mend its settings in topic.creation.* to what the cluster's policy allows",
  TOPIC_AUTHORIZATION_FAILED: 'Grant this user CREATE on it',
  CLUSTER_AUTHORIZATION_FAILED: 'Grant this user CREATE on the cluster',
}
