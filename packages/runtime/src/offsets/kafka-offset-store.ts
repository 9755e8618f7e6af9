import type { Json, Logger, SourcePartition } from '@sluice/template'
import {
  type Admin,
  type Delivery,
  type KafkaError,
  type OutgoingRecord,
  type Producer,
  type ProducerOptions,
  type TopicReader,
} from '../kafka/types.ts'
import type { OffsetStore, StoredOffset } from './offset-store.ts'
import { ensureCompacted } from './offsets-topic.ts'
import { OffsetView, type RawOffset } from './offset-view.ts'

interface Write extends OutgoingRecord {
  readonly settle: (error: KafkaError | undefined) => void
}

export interface KafkaOffsetStoreOptions {
  readonly topic: string
  /** Of the topic, where it must be made. */
  readonly partitions: number
  /** -1: as the brokers do. */
  readonly replicationFactor: number
  readonly admin: Pick<Admin, 'clusterId' | 'describeTopics' | 'createTopics' | 'topicConfigs'>
  readonly reader: Pick<TopicReader, 'readToEnd'>
  readonly producer: (delivered: ProducerOptions<Write>['delivered']) => Producer<Write>
  readonly log: Logger
}

/**
 * Offsets in a compacted topic, as Kafka Connect's distributed mode keeps them: `["connector",{partition}]` to `{offset}`, null for none.
 * Other workers may write too: whoever opens a task refreshes first.
 */
export class KafkaOffsetStore implements OffsetStore {
  readonly #options: KafkaOffsetStoreOptions
  readonly #producer: Producer<Write>
  #view: OffsetView

  private constructor(options: KafkaOffsetStoreOptions, view: OffsetView) {
    this.#options = options
    this.#view = view
    this.#producer = options.producer(settle)
  }

  /** Makes the topic if it doesn't exist, refuses one that isn't compacted, and reads it to its end. */
  static async open(options: KafkaOffsetStoreOptions): Promise<KafkaOffsetStore> {
    await ensureCompacted(options)
    return new KafkaOffsetStore(options, await read(options))
  }

  async get(
    connector: string,
    partitions: readonly SourcePartition[],
  ): Promise<readonly (Json | undefined)[]> {
    await this.refresh()
    return partitions.map((partition) => this.#view.get(connector, partition))
  }

  async all(connector: string): Promise<readonly StoredOffset[]> {
    await this.refresh()
    return this.#view.all(connector)
  }

  /** Reads what others have written meanwhile. */
  async refresh(): Promise<void> {
    this.#view = await read(this.#options)
  }

  /**
   * All of them are acknowledged when it resolves. A kill in between may leave some: each is a true offset of its own partition, so
   * nothing is skipped by that.
   */
  async set(connector: string, offsets: readonly StoredOffset[]): Promise<void> {
    const writes = this.#view.writes(connector, offsets)
    const outcomes = writes.map(({ key, value }) => outgoing(this.#options.topic, { key, value }))
    await this.#producer.send(outcomes.map(({ write }) => write))
    await Promise.all(outcomes.map(({ settled }) => settled))
    for (const raw of writes) this.#view.put(raw)
  }

  async identity(): Promise<string> {
    const { admin, topic } = this.#options
    return `${await admin.clusterId()}-${topic}`
  }

  async close(): Promise<void> {
    await this.#producer.close()
  }
}

function outgoing(topic: string, { key, value }: RawOffset): { write: Write; settled: Promise<void> } {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const settleOne = (error: KafkaError | undefined): void => (error ? reject(error) : resolve())
  return { write: { topic, key, value, settle: settleOne }, settled: promise }
}

function settle({ records, error }: Delivery<Write>): void {
  for (const record of records) record.settle(error)
}

async function read({ reader, topic }: KafkaOffsetStoreOptions): Promise<OffsetView> {
  const view = new OffsetView()
  await reader.readToEnd(topic, ({ key, value }) => {
    if (key !== null) view.put({ key: Buffer.from(key), value: value && Buffer.from(value) })
  })
  return view
}
