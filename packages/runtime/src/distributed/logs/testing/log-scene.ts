import { randomUUID } from 'node:crypto'
import type { Logger } from '@sluice/template'
import { createKafka } from '../../../kafka/create-kafka.ts'
import type { Admin, FetchedRecord, Kafka, TopicPartition } from '../../../kafka/types.ts'
import type { InternalTopic } from '../internal-topic.ts'

export interface Told {
  readonly fields: object
  readonly message: string
}

/** Topics of workers on a real broker; what is opened or made here is closed and removed by `end`. */
export class LogScene {
  readonly kafka: Kafka
  readonly admin: Admin
  readonly warnings: Told[] = []
  readonly log: Logger
  readonly #opened: Array<{ close(): Promise<void> }> = []
  readonly #topics = new Set<string>()

  constructor(bootstrapServers: string, settings: Readonly<Record<string, string>> = {}) {
    const warn = (fields: object, message: string): void => void this.warnings.push({ fields, message })
    const quiet = (): void => undefined
    const log: Logger = { debug: quiet, info: quiet, warn, error: warn, child: () => log }
    this.log = log
    const plain = { debug: quiet, info: quiet, warn: quiet, error: quiet }
    this.kafka = createKafka({
      settings: { 'bootstrap.servers': bootstrapServers, ...settings },
      log: plain,
    })
    this.admin = this.kafka.admin()
  }

  topic(more: Partial<InternalTopic> = {}): InternalTopic {
    const topic = {
      name: `state-${randomUUID().slice(0, 8)}`,
      setting: 'config.storage.topic',
      holds: 'connector configurations',
      partitions: 1,
      replicationFactor: 1,
      configs: {},
      ...more,
    }
    this.#topics.add(topic.name)
    return topic
  }

  async open<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
    const opened = await opening
    this.#opened.push(opened)
    return opened
  }

  /** What the topic holds now, as text. */
  async read(topic: string): Promise<ReadonlyArray<readonly [string, string | null]>> {
    const reader = this.kafka.reader()
    const all: Array<readonly [string, string | null]> = []
    const each = ({ key, value }: FetchedRecord & TopicPartition): void =>
      void all.push([String(key), value && String(value)])
    await reader.readToEnd(topic, each)
    await reader.close()
    return all
  }

  async write(topic: string, records: ReadonlyArray<readonly [string, string | null]>): Promise<void> {
    const errors: unknown[] = []
    const producer = this.kafka.producer({
      settings: {},
      delivered: ({ error }) => void (error && errors.push(error)),
    })
    await producer.send(
      records.map(([key, value]) => ({
        topic,
        key: Buffer.from(key),
        value: value === null ? null : Buffer.from(value),
      })),
    )
    await producer.flush()
    await producer.close()
    if (errors.length > 0) throw errors[0]
  }

  async end(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((one) => one.close()))
    const there = await this.admin.describeTopics([...this.#topics])
    await this.admin.deleteTopics([...there.keys()])
    await this.admin.close()
  }
}
