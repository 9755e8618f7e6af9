import { Kafka, logLevel } from 'kafkajs'

/** A record as a client that is not Sluice's reads it. Of headers with one name the last is kept. */
export interface ReadRecord {
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}

export interface Sending {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: Readonly<Record<string, Buffer>>
}

export function client(bootstrapServers: string): Kafka {
  return new Kafka({ brokers: [bootstrapServers], logLevel: logLevel.NOTHING, clientId: 'checker' })
}

/** Makes a topic of one partition. */
export async function createTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
  await admin.disconnect()
}

export async function produce(kafka: Kafka, topic: string, records: readonly Sending[]): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: records.map((one) => ({ ...one, headers: { ...one.headers } })) })
  await producer.disconnect()
}

/** Everything that is in partition 0 of a topic now; nothing where there is no such topic. */
export async function readAll(kafka: Kafka, topic: string): Promise<readonly ReadRecord[]> {
  const admin = kafka.admin()
  await admin.connect()
  const exists = (await admin.listTopics()).includes(topic)
  const end = exists ? Number((await admin.fetchTopicOffsets(topic))[0]!.high) : 0
  await admin.disconnect()
  if (end === 0) return []
  const records: ReadRecord[] = []
  const done = Promise.withResolvers<void>()
  const consumer = kafka.consumer({
    groupId: `checker-${process.pid}-${Date.now()}`,
    maxBytesPerPartition: 20_000_000,
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message: { offset, key, value, headers = {} } }) => {
      const texts = Object.entries(headers).map(([name, one]) => [
        name,
        String(Array.isArray(one) ? one.at(-1) : one),
      ])
      records.push({
        offset: Number(offset),
        key,
        value,
        headers: Object.fromEntries(texts) as Record<string, string>,
      })
      if (Number(offset) >= end - 1) done.resolve()
    },
  })
  await done.promise
  await consumer.disconnect()
  return records
}
