import { type KafkaServer, ownFolder, startKafka } from '@sluice/testkit/services'
import { createKafka } from './create-kafka.ts'
import { ConsumerScene, eventually, numbered } from './testing/consumer-scene.ts'
import type { TailOptions, TopicTail } from './types.ts'

let kafka: KafkaServer
let scene: ConsumerScene
beforeAll(async () => {
  kafka = await startKafka({ dir: ownFolder('tail') })
  scene = await ConsumerScene.open(kafka)
}, 180_000)
afterAll(async () => {
  kafka.resume()
  await scene.end()
  await kafka.stop()
}, 120_000)

interface Following {
  readonly tail: TopicTail
  /** Values, and what was told of the reading itself. */
  readonly told: string[]
}

const quiet = () => undefined
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }

const client = () =>
  createKafka({
    settings: { 'bootstrap.servers': kafka.bootstrapServers, 'request.timeout.ms': '2000' },
    log,
  })

async function follow(
  topic: string,
  use: (following: Following) => Promise<void>,
  { settings = {}, follows }: Pick<TailOptions, 'settings' | 'follows'> = {},
): Promise<void> {
  const told: string[] = []
  const tail = client().tail({
    topic,
    settings,
    ...(follows !== undefined && { follows }),
    record: ({ value }) => void told.push(String(value)),
    restarted: () => void told.push('restarted'),
    caughtUp: () => void told.push('caught up'),
  })
  try {
    await use({ tail, told })
  } finally {
    await tail.close()
  }
}

const values = (count: number, from = 0) => numbered(count, from).map(({ value }) => String(value))

describe('a tail', () => {
  it('has told all that was there when it was asked for the end, and goes on', async () => {
    const topic = await scene.topic({ partitions: 3 })
    await follow(topic, async ({ tail, told }) => {
      await tail.readToEnd()
      expect(told).toEqual([])
      await scene.produce(topic, numbered(1000))
      await tail.readToEnd()
      expect(told.toSorted()).toEqual(values(1000).toSorted())
      await scene.produce(topic, numbered(3, 1000))
      await eventually(() => told.length === 1003)
    })
  }, 60_000)

  it('that does not follow reads on from where it was whenever it is asked for the end', async () => {
    const topic = await scene.topic({ partitions: 2 })
    await follow(
      topic,
      async ({ tail, told }) => {
        for (const round of [0, 1, 2]) {
          await scene.produce(topic, numbered(10, round * 10))
          expect(told).toHaveLength(round * 10)
          await Promise.all([tail.readToEnd(), tail.readToEnd()])
          expect(told.toSorted()).toEqual(values((round + 1) * 10).toSorted())
        }
      },
      { follows: false },
    )
  }, 60_000)

  it('reads partitions that were added', async () => {
    const topic = await scene.topic()
    await follow(topic, async ({ tail, told }) => {
      await tail.readToEnd()
      await scene.admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] })
      await scene.produce(topic, [{ value: 'b', partition: 1 }])
      await tail.readToEnd()
      expect(told).toEqual(['b'])
    })
  }, 60_000)

  it('waits for an open transaction, and tells nothing of one that was aborted where only what is committed is read', async () => {
    const topic = await scene.topic()
    const producer = await scene.producer({
      transactionalId: scene.name('tx'),
      maxInFlightRequests: 1,
      idempotent: true,
    })
    const settings = { 'isolation.level': 'read_committed' }
    await follow(
      topic,
      async ({ tail, told }) => {
        const aborted = await producer.transaction()
        await aborted.send({ topic, messages: [{ value: 'aborted' }] })
        await expect(tail.readToEnd({ timeoutMs: 500 })).rejects.toThrow(/a transaction in it is still open/)
        await aborted.abort()
        await tail.readToEnd()
        const committed = await producer.transaction()
        await committed.send({ topic, messages: [{ value: 'committed' }] })
        await committed.commit()
        await tail.readToEnd()
        expect(told).toEqual(['committed'])
      },
      { settings },
    )
  }, 60_000)

  it('goes on when the broker was killed and came back: nothing missed, nothing twice', async () => {
    const topic = await scene.topic({ partitions: 2 })
    await follow(topic, async ({ tail, told }) => {
      await scene.produce(topic, numbered(100))
      await tail.readToEnd()
      await kafka.kill()
      await expect(tail.readToEnd({ timeoutMs: 500 })).rejects.toMatchObject({ retriable: true })
      const ended = tail.readToEnd({ timeoutMs: 60_000 })
      await kafka.start()
      await ended
      await scene.produce(topic, numbered(100, 100))
      await tail.readToEnd()
      expect(told.toSorted()).toEqual(values(200).toSorted())
    })
  }, 120_000)

  it('starts over where records that it had read are gone, and says when it has caught up', async () => {
    const topic = await scene.topic()
    await follow(topic, async ({ tail, told }) => {
      await scene.produce(topic, numbered(3))
      await tail.readToEnd()
      const admin = client().admin()
      await admin.deleteTopics([topic])
      await admin.createTopics([{ name: topic, partitions: 1 }])
      await admin.close()
      const producer = client().producer({ settings: {}, delivered: () => {} })
      await producer.send([{ topic, key: null, value: Buffer.from('new') }])
      await producer.close()
      await eventually(() => told.includes('caught up') && told.includes('new'))
      expect(told.slice(0, 4)).toEqual([...values(3), 'restarted'])
      await tail.readToEnd()
      expect(told).toHaveLength(6)
    })
  }, 60_000)

  it('starts over where the topic was made anew and is longer than what it had read', async () => {
    const topic = await scene.topic({ partitions: 2 })
    await follow(topic, async ({ tail, told }) => {
      await scene.produce(topic, numbered(3))
      await tail.readToEnd()
      const admin = client().admin()
      await admin.deleteTopics([topic])
      await admin.createTopics([{ name: topic, partitions: 2 }])
      await admin.close()
      const producer = client().producer({ settings: {}, delivered: () => {} })
      const later = values(20, 100)
      await producer.send(
        later.map((value, n) => ({ topic, partition: n % 2, key: null, value: Buffer.from(value) })),
      )
      await producer.close()
      await tail.readToEnd()
      expect(told.slice(0, 3).toSorted()).toEqual(values(3))
      // it may have found the topic empty before
      const now = told.slice(told.lastIndexOf('restarted') + 1).filter((one) => one !== 'caught up')
      expect(now.toSorted()).toEqual(later)
      expect(told).toContain('caught up')
    })
  }, 60_000)

  it('says what stands in its way where only an operator can mend it', async () => {
    await follow('there-is-none', async ({ tail }) => {
      await expect(tail.readToEnd({ timeoutMs: 500 })).rejects.toThrow(/there-is-none/)
    })
  }, 60_000)
})
