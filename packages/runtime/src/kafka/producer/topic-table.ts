import { backoffMs } from '../backoff.ts'
import type { Cluster, TopicMetadata } from '../cluster.ts'
import { asKafkaError } from '../errors.ts'
import { sleep } from '../sleep.ts'
import { Trouble } from '../trouble.ts'
import type { KafkaError, KafkaOptions } from '../types.ts'

export interface TopicTableOptions {
  readonly cluster: Cluster
  /** Metadata of topics that were asked for has come. */
  readonly learned: () => void
  /** A topic can't be used, for a reason that another try won't mend. */
  readonly failed: (topic: string, error: KafkaError) => void
  readonly log: KafkaOptions['log']
}

/** What a producer knows about the topics it writes to. Refreshed in the background, one request at a time, until all of it is known. */
export class TopicTable {
  readonly #options: TopicTableOptions
  readonly #topics = new Map<string, { metadata: TopicMetadata; learnedAt: number }>()
  readonly #wanted = new Set<string>()
  readonly #trouble: Trouble
  #running = false
  #lastError: KafkaError | undefined

  constructor(options: TopicTableOptions) {
    this.#options = options
    this.#trouble = new Trouble('Reading the metadata of topics', options)
  }

  /** Undefined while it isn't known: it has been asked for then. */
  get(topic: string): TopicMetadata | undefined {
    const known = this.#topics.get(topic)
    if (!known || performance.now() - known.learnedAt > this.#options.cluster.config.metadataMaxAgeMs) {
      this.refresh(topic)
    }
    return known?.metadata
  }

  /** Asks again, for it may be out of date. Answers at once. */
  refresh(topic: string): void {
    this.#wanted.add(topic)
    if (!this.#running) void this.#run()
  }

  /** Why brokers could not be asked at the last try; undefined if they could. */
  get lastError(): KafkaError | undefined {
    return this.#lastError
  }

  forget(topic: string): void {
    this.#wanted.delete(topic)
  }

  async #run(): Promise<void> {
    const { config, signal } = this.#options.cluster
    const { retryBackoffMs: first, retryBackoffMaxMs: max } = config
    this.#running = true
    for (let attempt = 0; this.#wanted.size > 0 && !signal.aborted; attempt += 1) {
      await this.#ask([...this.#wanted])
      this.#options.learned()
      // Also after a success: what made the caller ask again may last a moment.
      await sleep(backoffMs({ first, max, attempt }), signal).catch(() => undefined)
    }
    this.#running = false
  }

  async #ask(topics: readonly string[]): Promise<void> {
    const { cluster, failed } = this.#options
    try {
      await cluster.refresh(topics)
      await this.#learn(topics)
      this.#lastError = undefined
      this.#trouble.over()
    } catch (error) {
      const kafkaError = asKafkaError(error, `reading the metadata of ${topics.join(', ')}`)
      this.#lastError = kafkaError
      if (cluster.signal.aborted) return
      if (kafkaError.retriable) return this.#trouble.goesOn(kafkaError)
      if (topics.length > 1) {
        // One of them is the cause.
        for (const topic of topics) await this.#ask([topic])
        return
      }
      for (const topic of topics) {
        this.#wanted.delete(topic)
        failed(topic, kafkaError)
      }
    }
  }

  async #learn(topics: readonly string[]): Promise<void> {
    const learnedAt = performance.now()
    for (const [topic, metadata] of await this.#options.cluster.topics(topics)) {
      this.#topics.set(topic, { metadata, learnedAt })
      if (metadata.partitions.every((partition) => partition.leader >= 0)) this.#wanted.delete(topic)
    }
  }
}
