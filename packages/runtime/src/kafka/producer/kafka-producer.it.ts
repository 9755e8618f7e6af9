import { type KafkaServer, ownFolder, sharedServices, startKafka } from '@sluice/testkit/services'
import { KafkaScene, type ReadRecord, type Sending, textOf } from '../testing/kafka-scene.ts'
import { partitionOfKey } from './murmur2.ts'

const text = (value: string) => Buffer.from(value)

/** Each key's values as they stand in the topic. */
function valuesByKey(records: readonly ReadRecord[]): ReadonlyMap<string, readonly string[]> {
  const groups = Map.groupBy(records, (record) => textOf(record.key))
  return new Map([...groups].map(([key, group]) => [key, group.map((record) => textOf(record.value))]))
}

async function sendNumbered(
  { producer }: Sending,
  topic: string,
  how: { records: number; keys: number; each?: (sent: number) => Promise<void> },
): Promise<void> {
  const size = 500
  for (let start = 0; start < how.records; start += size) {
    const records = Array.from({ length: Math.min(size, how.records - start) }, (_, index) => {
      const number = start + index
      return { topic, key: text(`key-${number % how.keys}`), value: text(String(number)) }
    })
    await producer.send(records)
    await how.each?.(start + records.length)
  }
}

/** The values of each key, if they were sent by `sendNumbered` and arrived once and in order. */
function numbered(how: { records: number; keys: number }): ReadonlyMap<string, readonly string[]> {
  const keys = Array.from({ length: how.keys }, (_, key) => key)
  return new Map(
    keys.map((key) => {
      const count = Math.ceil((how.records - key) / how.keys)
      return [`key-${key}`, Array.from({ length: count }, (_, index) => String(key + index * how.keys))]
    }),
  )
}

const sorted = <V>(map: ReadonlyMap<string, V>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))

describe('KafkaProducer on a real broker', () => {
  let scene: KafkaScene
  beforeAll(async () => {
    const kafka = await sharedServices().kafka()
    scene = new KafkaScene({ 'bootstrap.servers': kafka.bootstrapServers })
  }, 180_000)
  afterAll(() => scene.end(), 60_000)

  it('delivers 100,000 records to three partitions once and in order', async () => {
    const topic = await scene.topic({ partitions: 3 })
    const sending = scene.sending()
    const how = { records: 100_000, keys: 50 }
    await sendNumbered(sending, topic, how)
    await sending.producer.flush()
    expect(sending.deliveries.filter(({ error }) => error)).toEqual([])
    const delivered = sending.deliveries.reduce((sum, { records }) => sum + records.length, 0)
    expect(delivered).toBe(how.records)
    const records = await scene.read(topic)
    expect(sorted(valuesByKey(records))).toEqual(sorted(numbered(how)))
    for (const { key, partition } of records.slice(0, 1000)) {
      expect(partition).toBe(partitionOfKey(Buffer.from(key ?? []), 3))
    }
  }, 120_000)

  it('says at which offset records arrived', async () => {
    const topic = await scene.topic()
    const { producer, deliveries } = scene.sending()
    await producer.send([
      { topic, key: null, value: text('a') },
      { topic, key: null, value: text('b') },
    ])
    await producer.flush()
    await producer.send([{ topic, key: null, value: text('c') }])
    await producer.flush()
    expect(
      deliveries.map((delivery) => [
        delivery.records.map(({ value }) => textOf(value)),
        delivery.error ?? delivery.baseOffset,
      ]),
    ).toEqual([
      [['a', 'b'], 0n],
      [['c'], 2n],
    ])
  })

  it('keeps keys, values, headers and timestamps as they are, nulls and empty ones too', async () => {
    const topic = await scene.topic()
    const { producer } = scene.sending()
    const headers = [
      { key: 'h', value: text('1') },
      { key: 'h', value: null },
      { key: 'größe', value: Buffer.alloc(0) },
    ]
    await producer.send([
      { topic, key: null, value: null, timestamp: 1_700_000_000_000 },
      { topic, key: Buffer.alloc(0), value: Buffer.alloc(300, 1), headers, timestamp: 5 },
      { topic, key: text('k'), value: Buffer.alloc(0), timestamp: 1_600_000_000_000 },
    ])
    await producer.flush()
    const [first, second, third] = await scene.read(topic)
    expect(first).toMatchObject({ key: null, value: null, timestamp: 1_700_000_000_000, headers: [] })
    expect(second?.key).toHaveLength(0)
    expect(second?.value).toHaveLength(300)
    expect(second?.timestamp).toBe(5)
    expect(second?.headers.map(({ key, value }) => [key, value && textOf(value)])).toEqual([
      ['h', '1'],
      ['h', null],
      ['größe', ''],
    ])
    expect(third?.value).toHaveLength(0)
    expect(third?.timestamp).toBe(1_600_000_000_000)
  })

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])(
    'packs with %s what the broker checks and we read back',
    async (codec) => {
      const topic = await scene.topic()
      const { producer, deliveries } = scene.sending({ 'compression.type': codec, 'batch.size': '400000' })
      const values = Array.from({ length: 2000 }, (_, index) => `${index} `.repeat(20))
      await producer.send(values.map((value) => ({ topic, key: null, value: text(value) })))
      await producer.flush()
      expect(deliveries.filter(({ error }) => error)).toEqual([])
      expect((await scene.read(topic)).map(({ value }) => textOf(value))).toEqual(values)
    },
  )

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])('reads what the JVM packed with %s', async (codec) => {
    // With a codec of its own a topic's batches are packed anew by the broker.
    const topic = await scene.topic({ configs: { 'compression.type': codec } })
    const { producer } = scene.sending({ 'batch.size': '400000' })
    const values = Array.from({ length: 2000 }, (_, index) => `${index} `.repeat(20))
    await producer.send(values.map((value) => ({ topic, key: null, value: text(value) })))
    await producer.flush()
    expect((await scene.read(topic)).map(({ value }) => textOf(value))).toEqual(values)
  })

  it('fails the record that is too large for the topic, and delivers the others in order', async () => {
    const topic = await scene.topic({ configs: { 'max.message.bytes': '10000' } })
    const { producer, deliveries } = scene.sending({ 'linger.ms': '50' })
    const values = Array.from({ length: 40 }, (_, index) => `${index} `.padEnd(index === 17 ? 20_000 : 1000))
    await producer.send(values.map((value) => ({ topic, key: text('k'), value: text(value) })))
    await producer.flush()
    const failed = deliveries.flatMap(({ records, error }) => (error ? [{ records, error }] : []))
    expect(failed.map(({ error }) => [error.code, error.retriable])).toEqual([['MESSAGE_TOO_LARGE', false]])
    expect(failed[0]?.records.map(({ value }) => textOf(value))).toEqual([values[17]])
    const arrived = (await scene.read(topic)).map(({ value }) => textOf(value))
    expect(arrived).toEqual(values.filter((_, index) => index !== 17))
  })

  it('fails only the records without a key for a compacted topic', async () => {
    const topic = await scene.topic({ configs: { 'cleanup.policy': 'compact' } })
    const { producer, deliveries } = scene.sending({ 'linger.ms': '50' })
    const keys = ['a', null, 'b', 'c', null, 'd']
    await producer.send(
      keys.map((key, index) => ({ topic, key: key === null ? null : text(key), value: text(String(index)) })),
    )
    await producer.flush()
    const failed = deliveries.filter(({ error }) => error?.code === 'INVALID_RECORD')
    expect(failed.flatMap(({ records }) => records.map(({ value }) => textOf(value)))).toEqual(['1', '4'])
    expect((await scene.read(topic)).map(({ value }) => textOf(value))).toEqual(['0', '2', '3', '5'])
  })

  it.each([{ acks: '1' }, { acks: '0' }, { 'enable.idempotence': 'false' }])(
    'produces without idempotence too: %j',
    async (settings) => {
      const topic = await scene.topic({ partitions: 3 })
      const sending = scene.sending(settings)
      const how = { records: 3000, keys: 7 }
      await sendNumbered(sending, topic, how)
      await sending.producer.flush()
      expect(sending.deliveries.filter(({ error }) => error)).toEqual([])
      const arrived = async () =>
        [...(await scene.admin.offsets(topic, 'latest')).values()].reduce((a, b) => a + b)
      while ((await arrived()) < BigInt(how.records)) await new Promise((resolve) => setTimeout(resolve, 20))
      expect(sorted(valuesByKey(await scene.read(topic)))).toEqual(sorted(numbered(how)))
    },
    60_000,
  )

  it('spreads records without a key over the partitions', async () => {
    const topic = await scene.topic({ partitions: 3 })
    const { producer } = scene.sending({ 'batch.size': '2000' })
    await producer.send(
      Array.from({ length: 2000 }, (_, index) => ({ topic, key: null, value: text(String(index)) })),
    )
    await producer.flush()
    const ends = await scene.admin.offsets(topic, 'latest')
    expect([...ends.values()].every((end) => end > 0n)).toBe(true)
  })
})

describe('KafkaProducer while its broker fails', () => {
  let kafka: KafkaServer
  let scene: KafkaScene
  beforeAll(async () => {
    kafka = await startKafka({ dir: ownFolder('kafka-producer') })
    scene = new KafkaScene({ 'bootstrap.servers': kafka.bootstrapServers, 'request.timeout.ms': '3000' })
  }, 180_000)
  afterAll(async () => {
    await scene.end()
    await kafka.stop()
  }, 60_000)

  it.each(['kill', 'stop'] as const)(
    'delivers every record once and in order across a %s and a start',
    async (end) => {
      const topic = await scene.topic({ partitions: 3 })
      const sending = scene.sending({ 'batch.size': '4000' })
      const how = { records: 100_000, keys: 50 }
      let restarted: Promise<void> | undefined
      const restart = async () => {
        await kafka[end]()
        await kafka.start()
      }
      await sendNumbered(sending, topic, {
        ...how,
        each: async (sent) => {
          if (sent >= 20_000) restarted ??= restart()
          await new Promise((resolve) => setImmediate(resolve))
        },
      })
      await restarted
      await sending.producer.flush()
      expect(sending.deliveries.filter(({ error }) => error)).toEqual([])
      expect(sorted(valuesByKey(await scene.read(topic)))).toEqual(sorted(numbered(how)))
    },
    180_000,
  )

  it('goes on when a frozen broker thaws, and what it missed is a retriable error after delivery.timeout.ms', async () => {
    const topic = await scene.topic()
    const { producer, deliveries } = scene.sending({
      'request.timeout.ms': '1000',
      'delivery.timeout.ms': '2500',
    })
    await producer.send([{ topic, key: null, value: text('before') }])
    await producer.flush()
    kafka.pause()
    try {
      await producer.send([{ topic, key: null, value: text('frozen') }])
      await producer.flush({ signal: AbortSignal.timeout(20_000) })
    } finally {
      kafka.resume()
    }
    expect(deliveries.at(-1)?.error).toMatchObject({ retriable: true })
    await producer.send([{ topic, key: null, value: text('after') }])
    await producer.flush({ signal: AbortSignal.timeout(20_000) })
    const values = (await scene.read(topic)).map(({ value }) => textOf(value))
    expect(values.at(0)).toBe('before')
    expect(values.at(-1)).toBe('after')
  }, 60_000)
})
