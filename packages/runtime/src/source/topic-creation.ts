import type { Admin } from '../kafka/types.ts'
import { newTopic, type TopicRules } from './topic-rules.ts'

export interface TopicCreationOptions {
  readonly admin: Pick<Admin, 'describeTopics' | 'createTopics'>
  /** The worker's `topic.creation.enable`. */
  readonly enabled: boolean
  readonly rules: TopicRules
  readonly onTopic: (topic: string) => void
}

/** Makes the topics that a source writes to, as each is first met: brokers don't by themselves. */
export class TopicCreation {
  readonly #options: TopicCreationOptions
  readonly #known = new Set<string>()

  constructor(options: TopicCreationOptions) {
    this.#options = options
  }

  /** No promise where all topics are known, which is nearly always. */
  ensure(records: Iterable<{ readonly topic: string | undefined } | null>): Promise<void> | undefined {
    const missing = new Set<string>()
    for (const record of records) {
      if (record?.topic !== undefined && !this.#known.has(record.topic)) missing.add(record.topic)
    }
    return missing.size === 0 ? undefined : this.#ensure([...missing])
  }

  async #ensure(names: readonly string[]): Promise<void> {
    const { admin, enabled, rules, onTopic } = this.#options
    const existing = await admin.describeTopics(names)
    const missing = names.filter((name) => !existing.has(name))
    if (missing.length > 0 && !enabled) throw notAllowed(missing)
    if (missing.length > 0) await admin.createTopics(missing.map((name) => newTopic(name, rules)))
    for (const name of names) {
      this.#known.add(name)
      onTopic(name)
    }
  }
}

function notAllowed(names: readonly string[]): Error {
  return new Error(
    `The ${names.length === 1 ? 'topic' : 'topics'} ${names.join(', ')} ${names.length === 1 ? 'does' : 'do'} not exist, and topic.creation.enable is false. Create ${names.length === 1 ? 'it' : 'them'}, or allow the worker to.`,
  )
}
