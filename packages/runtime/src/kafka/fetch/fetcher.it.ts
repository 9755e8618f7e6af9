import { sharedServices } from '@sluice/testkit/services'
import kafkajs from 'kafkajs'
import { KafkaProducer } from '../producer/kafka-producer.ts'
import { producerConfig } from '../settings/producer-settings.ts'
import { ConsumerScene, numbered } from '../testing/consumer-scene.ts'

let scene: ConsumerScene
let bootstrapServers: string
beforeAll(async () => {
  const kafka = await sharedServices().kafka()
  bootstrapServers = kafka.bootstrapServers
  scene = await ConsumerScene.open(kafka)
}, 180_000)
afterAll(() => scene.end(), 60_000)

describe('fetching', () => {
  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    'unpacks records that came as %s',
    async (codec) => {
      const topic = await scene.topic()
      const settings = { 'bootstrap.servers': bootstrapServers, 'compression.type': codec }
      const log = {
        debug: () => undefined,
        info: () => undefined,
        warn: () => undefined,
        error: () => undefined,
      }
      const producer = new KafkaProducer(producerConfig(settings, {}), {
        delivered: () => undefined,
        log,
      })
      const values = Array.from({ length: 2000 }, (_, i) => `value ${i} ${'x'.repeat(i % 100)}`)
      await producer.send(values.map((value) => ({ topic, key: null, value: Buffer.from(value) })))
      await producer.close()
      const member = scene.member({ groupId: scene.name('group'), topics: [topic] })
      const records = await member.read(values.length)
      expect(records.map(({ value }) => String(value))).toEqual(values)
      await member.stop()
    },
    60_000,
  )

  it('gives at most max.poll.records at once, and misses none between', async () => {
    const topic = await scene.topic({ partitions: 3 })
    await scene.produce(topic, numbered(1000))
    const settings = { 'max.poll.records': '7', 'max.partition.fetch.bytes': '2000' }
    const member = scene.member({ groupId: scene.name('group'), topics: [topic], settings })
    const signal = AbortSignal.timeout(30_000)
    while (member.values().length < 1000) {
      const batches = await member.consumer.poll({ signal })
      expect(batches.flatMap(({ records }) => records).length).toBeLessThanOrEqual(7)
      member.note(batches)
    }
    expect(new Set(member.values()).size).toBe(1000)
    for (const partition of [0, 1, 2]) {
      const offsets = member.happenings.flatMap((one) =>
        one.type === 'read' && one.partition === partition ? [one.offset] : [],
      )
      expect(offsets).toEqual(offsets.map((_, i) => BigInt(i)))
    }
    await member.stop()
  }, 60_000)

  it('reads a batch that is larger than what it asks for', async () => {
    const topic = await scene.topic()
    const large = 'x'.repeat(500_000)
    await scene.produce(topic, [{ value: large }, { value: 'small' }])
    const settings = { 'max.partition.fetch.bytes': '1000', 'fetch.max.bytes': '1000' }
    const member = scene.member({ groupId: scene.name('group'), topics: [topic], settings })
    const records = await member.read(2)
    expect(records.map(({ value }) => value?.length)).toEqual([500_000, 5])
    await member.stop()
  }, 60_000)

  it('leaves out what was aborted where only what is committed is read, and moves on over markers', async () => {
    const topic = await scene.topic()
    const producer = await scene.producer({
      transactionalId: scene.name('tx'),
      maxInFlightRequests: 1,
      idempotent: true,
    })
    for (const [value, end] of [
      ['a', 'commit'],
      ['b', 'abort'],
      ['c', 'commit'],
    ] as const) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ value: `${value}1` }, { value: `${value}2` }] })
      await transaction[end]()
    }
    const read = async (level: string): Promise<{ values: readonly string[]; nextOffset: bigint }> => {
      const settings = { 'isolation.level': level }
      const member = scene.member({ groupId: scene.name('group'), topics: [topic], settings })
      const signal = AbortSignal.timeout(20_000)
      let nextOffset = 0n
      while (nextOffset < 9n) {
        const batches = await member.consumer.poll({ signal })
        member.note(batches)
        nextOffset = batches.at(-1)?.nextOffset ?? nextOffset
      }
      await member.stop()
      return { values: member.values(), nextOffset }
    }
    expect(await read('read_committed')).toEqual({ values: ['a1', 'a2', 'c1', 'c2'], nextOffset: 9n })
    expect(await read('read_uncommitted')).toEqual({
      values: ['a1', 'a2', 'b1', 'b2', 'c1', 'c2'],
      nextOffset: 9n,
    })
  }, 60_000)

  it('goes on in a topic that was compacted under it', async () => {
    const topic = await scene.topic({
      configs: { 'cleanup.policy': 'compact', 'segment.ms': '100', 'min.cleanable.dirty.ratio': '0.01' },
    })
    const member = scene.member({ groupId: scene.name('group'), topics: [topic] })
    for (let round = 0; round < 4; round++) {
      await scene.produce(
        topic,
        Array.from({ length: 20 }, (_, key) => ({ key: String(key), value: `${round}` })),
      )
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    const signal = AbortSignal.timeout(20_000)
    let nextOffset = 0n
    while (nextOffset < 80n) {
      const batches = await member.consumer.poll({ signal })
      member.note(batches)
      nextOffset = batches.at(-1)?.nextOffset ?? nextOffset
    }
    expect(member.values().filter((value) => value === '3')).toHaveLength(20)
    await member.stop()
  }, 60_000)

  it('is woken by a record at once, not at the end of its wait', async () => {
    const topic = await scene.topic()
    const settings = { 'fetch.max.wait.ms': '20000' }
    const member = scene.member({ groupId: scene.name('group'), topics: [topic], settings })
    await member.consumer.poll({ signal: AbortSignal.timeout(10_000), maxWaitMs: 3000 })
    const producer = await scene.producer()
    const polled = member.consumer.poll({ signal: AbortSignal.timeout(15_000), maxWaitMs: 15_000 })
    await producer.send({ topic, messages: [{ value: 'now' }], compression: kafkajs.CompressionTypes.None })
    const batches = await polled
    expect(batches.flatMap(({ records }) => records)).toHaveLength(1)
    await member.stop()
  }, 60_000)
})
