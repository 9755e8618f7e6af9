import { randomUUID } from 'node:crypto'
import { createKafka } from '../create-kafka.ts'
import type {
  Admin,
  Delivery,
  FetchedRecord,
  Kafka,
  NewTopic,
  OutgoingRecord,
  Producer,
  TopicPartition,
  TransactionalProducer,
} from '../types.ts'

export type Settings = Readonly<Record<string, string>>
export type ReadRecord = FetchedRecord & TopicPartition

/** A producer with what became of its records. */
export interface Sending {
  readonly producer: Producer<OutgoingRecord>
  readonly deliveries: Array<Delivery<OutgoingRecord>>
}

/** The same with transactions. */
export interface TransactionSending {
  readonly producer: TransactionalProducer<OutgoingRecord>
  readonly deliveries: Array<Delivery<OutgoingRecord>>
}

/** The runtime's own clients on a real broker. What is made here is removed by `end`. */
export class KafkaScene {
  readonly kafka: Kafka
  readonly admin: Admin
  readonly warnings: string[] = []
  readonly #topics: string[] = []
  readonly #producers: Array<{ close(call: { timeoutMs: number }): Promise<void> }> = []

  constructor(settings: Settings) {
    const quiet = () => undefined
    const warn = (...args: unknown[]) => void this.warnings.push(args.map(String).join(' '))
    this.kafka = createKafka({ settings, log: { debug: quiet, info: quiet, warn, error: warn } })
    this.admin = this.kafka.admin()
  }

  async topic(options: Omit<NewTopic, 'name'> = {}): Promise<string> {
    const name = `produced-${randomUUID().slice(0, 8)}`
    await this.admin.createTopics([{ name, partitions: 1, ...options }])
    this.#topics.push(name)
    return name
  }

  sending(settings: Settings = {}, fencingId?: string): Sending {
    const deliveries: Array<Delivery<OutgoingRecord>> = []
    const producer = this.kafka.producer({
      settings,
      ...(fencingId !== undefined && { fencingId: async () => fencingId }),
      delivered: (delivery) => void deliveries.push(delivery),
    })
    this.#producers.push(producer)
    return { producer, deliveries }
  }

  /** `through`: another way to the same cluster. */
  transactions(transactionalId: string, settings: Settings = {}, through?: string): TransactionSending {
    const deliveries: Array<Delivery<OutgoingRecord>> = []
    const producer = this.kafka.transactionalProducer({
      settings: { ...settings, ...(through !== undefined && { 'bootstrap.servers': through }) },
      transactionalId,
      delivered: (delivery) => void deliveries.push(delivery),
    })
    this.#producers.push(producer)
    return { producer, deliveries }
  }

  /** What a reader of `read_committed` sees of a topic that no transaction is open in. */
  async committed(topic: string): Promise<readonly ReadRecord[]> {
    const reader = this.kafka.reader({ 'isolation.level': 'read_committed' })
    const records: ReadRecord[] = []
    try {
      await reader.readToEnd(topic, (record) => void records.push(record))
    } finally {
      await reader.close()
    }
    return records
  }

  /** Everything that is in a topic now, by partition and offset. */
  async read(topic: string, timeoutMs = 60_000): Promise<readonly ReadRecord[]> {
    const groupId = `reading-${randomUUID().slice(0, 8)}`
    const ends = await this.admin.offsets(topic, 'latest')
    const left = new Set([...ends].filter(([, end]) => end > 0n).map(([partition]) => partition))
    const consumer = this.kafka.consumer({
      groupId,
      topics: [topic],
      settings: { 'max.poll.records': '10000' },
      assigned: () => Promise.resolve(),
      revoked: () => Promise.resolve(),
    })
    const signal = AbortSignal.timeout(timeoutMs)
    const records: ReadRecord[] = []
    while (left.size > 0) {
      for (const batch of await consumer.poll({ signal })) {
        for (const record of batch.records) records.push({ ...record, topic, partition: batch.partition })
        if (batch.nextOffset >= (ends.get(batch.partition) ?? 0n)) left.delete(batch.partition)
      }
    }
    await consumer.close()
    await this.admin.deleteGroup(groupId)
    return records
  }

  async end(): Promise<void> {
    await Promise.all(this.#producers.map((producer) => producer.close({ timeoutMs: 1000 })))
    await this.admin.deleteTopics(this.#topics)
    await this.admin.close()
  }
}

export function textOf(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? []).toString()
}
