import { type Admin, Kafka, logLevel, type Producer } from 'kafkajs'
import { type KafkaServer, startKafka } from './kafka.ts'
import { ownFolder } from './shared-services.ts'
import { type KafkaVersion, versions } from './versions.ts'
import { eventually } from './waiting.ts'

const timeoutMs = 240_000

describe.each<[string, { readonly brokers: 1 | 3; readonly version: KafkaVersion }]>([
  ['one broker', { brokers: 1, version: versions.kafka }],
  ['three brokers', { brokers: 3, version: versions.kafka }],
  ['an old broker', { brokers: 1, version: versions.kafkaOld }],
])('%s', (_, { brokers, version }) => {
  let kafka: KafkaServer
  let client: Kafka
  let admin: Admin
  let producer: Producer

  beforeAll(async () => {
    kafka = await startKafka({ dir: ownFolder('kafka'), brokers, version })
    client = new Kafka({ brokers: kafka.bootstrapServers.split(','), logLevel: logLevel.NOTHING })
    admin = client.admin()
    producer = client.producer()
    await Promise.all([admin.connect(), producer.connect()])
  }, timeoutMs)

  afterAll(async () => {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()])
    await kafka.stop()
  }, timeoutMs)

  it(
    'takes records, and has them after it was killed and started',
    async () => {
      await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1, replicationFactor: brokers }] })
      await producer.send({ topic: 'kept', messages: [{ value: 'a' }, { value: 'b' }] })
      await kafka.kill()
      expect(kafka.running()).toBe(false)
      await kafka.start()
      // a new leader names no offset before its followers have caught up
      const ends = () => admin.fetchTopicOffsets('kept')
      expect(await eventually(ends, { everyMs: 100, deadlineMs: 30_000 })).toMatchObject([{ offset: '2' }])
    },
    timeoutMs,
  )

  it(
    'creates no topic that nobody asked for',
    async () => {
      const hasty = client.producer({ retry: { retries: 0 } })
      await hasty.connect()
      const sending = hasty.send({ topic: 'absent', messages: [{ value: 'a' }] })
      await expect(sending).rejects.toThrow(/does not host this topic-partition/)
      await hasty.disconnect()
      expect(await admin.listTopics()).not.toContain('absent')
    },
    timeoutMs,
  )

  it('keeps its folder from another version', async () => {
    const another = version === versions.kafka ? versions.kafkaOld : versions.kafka
    await expect(startKafka({ dir: kafka.dir, version: another })).rejects.toThrow(`holds Kafka ${version}`)
  })

  if (brokers === 3) {
    it(
      'takes records while one broker is dead, whose start brings it back',
      async () => {
        await admin.createTopics({ topics: [{ topic: 'pair', numPartitions: 3, replicationFactor: 3 }] })
        await kafka.brokers[1]?.kill()
        const messages = [0, 1, 2].map((partition) => ({ partition, value: 'a' }))
        await producer.send({ topic: 'pair', acks: -1, messages })
        await kafka.start()
        const { brokers: alive } = await admin.describeCluster()
        expect(alive.map(({ nodeId }) => nodeId).toSorted((a, b) => a - b)).toEqual([1, 2, 3])
      },
      timeoutMs,
    )
  }
})
