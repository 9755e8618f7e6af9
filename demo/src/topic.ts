import kafkajs, { type Admin, Kafka, logLevel } from 'kafkajs'
import type { Tally } from './table.ts'

const { KafkaJSProtocolError } = kafkajs

/** The topic, asked by a client that is not the worker's own code. */
export class FlightsTopic {
  readonly #kafka: Kafka
  readonly #name: string
  #admin: Admin | undefined

  constructor(bootstrapServers: string, name: string) {
    this.#kafka = new Kafka({
      brokers: bootstrapServers.split(','),
      logLevel: logLevel.NOTHING,
      clientId: 'demo',
    })
    this.#name = name
  }

  /** Records in the topic by its offsets; 0 while it doesn't exist. */
  async count(): Promise<number> {
    if (this.#admin === undefined) {
      const admin = this.#kafka.admin()
      await admin.connect()
      this.#admin = admin
    }
    if (!(await this.#admin.listTopics()).includes(this.#name)) return 0
    const partitions = await this.#admin.fetchTopicOffsets(this.#name).catch(noneIfNew)
    return partitions.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0)
  }

  /** Reads the topic from its start until `count` records were seen. */
  async tally(count: number): Promise<Tally> {
    const consumer = this.#kafka.consumer({
      groupId: `demo-${process.pid}-${Date.now()}`,
      maxBytesPerPartition: 8 << 20,
    })
    const seen = { count: 0, sum: 0 }
    const done = Promise.withResolvers<void>()
    await consumer.connect()
    try {
      await consumer.subscribe({ topic: this.#name, fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          for (const { value } of batch.messages) {
            seen.count++
            seen.sum += (JSON.parse(String(value)) as { distance: number }).distance
          }
          if (seen.count >= count) done.resolve()
        },
      })
      await done.promise
      return seen
    } finally {
      await consumer.disconnect()
    }
  }

  async close(): Promise<void> {
    await this.#admin?.disconnect()
  }
}

/** The broker tells of a new topic a moment before it leads its partitions. */
function noneIfNew(error: unknown): readonly { readonly high: string; readonly low: string }[] {
  if (error instanceof KafkaJSProtocolError && error.type === 'NOT_LEADER_FOR_PARTITION') return []
  throw error
}
