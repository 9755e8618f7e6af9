import { ConfigError } from '../task/config-error.ts'
import type { Admin, NewTopic } from '../kafka/types.ts'

export interface TopicCreationOptions {
  readonly admin: Pick<Admin, 'describeTopics' | 'createTopics'>
  /** The worker's `topic.creation.enable`. */
  readonly enabled: boolean
  /** Settings under `topic.creation.`, as the connector has them. */
  readonly settings: Readonly<Record<string, string>>
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
  ensure(records: Iterable<{ readonly topic: string } | null>): Promise<void> | undefined {
    const missing = new Set<string>()
    for (const record of records) if (record && !this.#known.has(record.topic)) missing.add(record.topic)
    return missing.size === 0 ? undefined : this.#ensure([...missing])
  }

  async #ensure(names: readonly string[]): Promise<void> {
    const { admin, enabled, settings, onTopic } = this.#options
    const existing = await admin.describeTopics(names)
    const missing = names.filter((name) => !existing.has(name))
    if (missing.length > 0 && !enabled) throw notAllowed(missing)
    if (missing.length > 0) await admin.createTopics(missing.map((name) => newTopic(name, settings)))
    for (const name of names) {
      this.#known.add(name)
      onTopic(name)
    }
  }
}

/** A topic as `topic.creation.default.*` wants it; what that doesn't say is the brokers' choice. */
export function newTopic(name: string, settings: Readonly<Record<string, string>>): NewTopic {
  const wanted = Object.entries(settings)
    .filter(([key]) => key.startsWith('default.'))
    .map(([key, value]) => [key.slice('default.'.length), value] as const)
  const { partitions, 'replication.factor': replicationFactor, ...configs } = Object.fromEntries(wanted)
  return {
    name,
    ...count('partitions', partitions),
    ...count('replicationFactor', replicationFactor),
    configs,
  }
}

/** Every issue of `topic.creation.*`, before anything runs. */
export function checkTopicCreation(settings: Readonly<Record<string, string>>): void {
  const issues = ['partitions', 'replication.factor'].flatMap((name) => {
    const text = settings[`default.${name}`]
    if (text === undefined || /^(-1|[1-9]\d*)$/.test(text.trim())) return []
    return [{ field: `topic.creation.default.${name}`, message: `must be -1 or at least 1, not "${text}"` }]
  })
  if (issues.length > 0) throw new ConfigError(issues)
}

function count(name: 'partitions' | 'replicationFactor', text: string | undefined): object {
  return text === undefined || Number(text) < 0 ? {} : { [name]: Number(text) }
}

function notAllowed(names: readonly string[]): Error {
  return new Error(
    `The ${names.length === 1 ? 'topic' : 'topics'} ${names.join(', ')} ${names.length === 1 ? 'does' : 'do'} not exist, and topic.creation.enable is false. Create ${names.length === 1 ? 'it' : 'them'}, or allow the worker to.`,
  )
}
