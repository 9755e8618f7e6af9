import { setTimeout as sleep } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import type { TopicRecord } from './history.ts'

/** Reads a topic as it grows, committed records only, with a client that is not Sluice's. */
export class CommittedTopic {
  /** In order within each partition; what is read again after a rebalance of this reader is the same record. */
  readonly records: TopicRecord[] = []
  readonly #next = new Map<number, bigint>()
  readonly #consumer: ReturnType<Kafka['consumer']>
  readonly #topic: string

  constructor(bootstrapServers: string, topic: string) {
    this.#topic = topic
    this.#consumer = new Kafka({
      brokers: bootstrapServers.split(','),
      logLevel: logLevel.NOTHING,
      clientId: 'committed',
    }).consumer({ groupId: `committed-${topic}`, readUncommitted: false, maxWaitTimeInMs: 100 })
  }

  async start(): Promise<void> {
    await this.#consumer.connect()
    await this.#consumer.subscribe({ topic: this.#topic, fromBeginning: true })
    await this.#consumer.run({
      eachBatch: async ({ batch }) => {
        for (const { offset, key, value } of batch.messages) {
          if (BigInt(offset) < (this.#next.get(batch.partition) ?? 0n)) continue
          this.#next.set(batch.partition, BigInt(offset) + 1n)
          this.records.push({
            partition: batch.partition,
            offset: BigInt(offset),
            key: key?.toString() ?? null,
            value: value?.toString() ?? null,
          })
        }
      },
    })
  }

  /** Waits until so many records have come, or the time is up: then it is false. */
  async reaches(count: number, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs
    while (this.records.length < count && performance.now() < deadline) await sleep(50)
    return this.records.length >= count
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect()
  }
}
