import type { Json, Logger, SourcePartition } from '@sluice/template'
import { ensureTopic, type InternalTopic } from '../distributed/logs/internal-topic.ts'
import { type MakeProducer, RecordWriter } from '../distributed/logs/record-writer.ts'
import type { Admin, FetchedRecord, TailListener, TopicTail } from '../kafka/types.ts'
import type { OffsetStore, StoredOffset } from './offset-store.ts'
import { OffsetView } from './offset-view.ts'

export interface KafkaOffsetStoreOptions {
  readonly topic: InternalTopic
  readonly admin: Pick<Admin, 'clusterId' | 'describeTopics' | 'createTopics' | 'topicConfigs'>
  /** Of that topic. */
  readonly tail: (listener: TailListener) => TopicTail
  readonly producer: MakeProducer
  readonly log: Logger
}

/**
 * Offsets in a compacted topic, as Kafka Connect's distributed mode keeps them: `["connector",{partition}]` to `{offset}`, null for none. Other workers
 * write too: whatever is asked for is what the topic held at the call, or later.
 */
export class KafkaOffsetStore implements OffsetStore {
  readonly #options: KafkaOffsetStoreOptions
  readonly #tail: TopicTail
  readonly #writer: RecordWriter
  #view = new OffsetView()

  private constructor(options: KafkaOffsetStoreOptions) {
    this.#options = options
    this.#tail = options.tail({
      record: (record) => this.#read(record),
      // who asks waits until all has been read again
      restarted: () => void (this.#view = new OffsetView()),
      caughtUp: () => {},
    })
    this.#writer = new RecordWriter(options.topic.name, options.producer)
  }

  /** Makes the topic if it doesn't exist, refuses one that isn't compacted, and reads it to its end. Rejects with a KafkaError. */
  static async open(options: KafkaOffsetStoreOptions): Promise<KafkaOffsetStore> {
    await ensureTopic(options.topic, options.admin, options.log)
    const store = new KafkaOffsetStore(options)
    try {
      await store.#tail.readToEnd()
    } catch (error) {
      await store.close()
      throw error
    }
    return store
  }

  async get(
    connector: string,
    partitions: readonly SourcePartition[],
  ): Promise<readonly (Json | undefined)[]> {
    await this.#tail.readToEnd()
    return partitions.map((partition) => this.#view.get(connector, partition))
  }

  async all(connector: string): Promise<readonly StoredOffset[]> {
    await this.#tail.readToEnd()
    return this.#view.all(connector)
  }

  /**
   * All of them are acknowledged when it resolves. A kill in between may leave some: each is a true offset of its own partition, so
   * nothing is skipped by that. What is removed is removed in every form of its key that any worker has written.
   */
  async set(connector: string, offsets: readonly StoredOffset[]): Promise<void> {
    if (offsets.some(({ offset }) => offset === null)) await this.#tail.readToEnd()
    await this.#writer.write(this.#view.writes(connector, offsets))
  }

  async identity(): Promise<string> {
    const { admin, topic } = this.#options
    return `${await admin.clusterId()}-${topic.name}`
  }

  async close(): Promise<void> {
    await Promise.all([this.#writer.close(), this.#tail.close()])
  }

  #read({ key, value }: FetchedRecord): void {
    if (key !== null) this.#view.put({ key: Buffer.from(key), value: value && Buffer.from(value) })
  }
}
