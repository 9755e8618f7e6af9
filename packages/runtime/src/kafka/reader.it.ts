import { sharedServices } from '@sluice/testkit/services'
import { Cluster } from './cluster.ts'
import { KafkaTopicReader } from './reader.ts'
import { ConsumerScene, numbered } from './testing/consumer-scene.ts'

let scene: ConsumerScene
beforeAll(async () => {
  scene = await ConsumerScene.open(await sharedServices().kafka())
}, 180_000)
afterAll(() => scene.end(), 60_000)

const read = async (
  topic: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> => {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  const reader = new KafkaTopicReader({ cluster: new Cluster(scene.config), settings, log })
  try {
    const seen: string[] = []
    await reader.readToEnd(topic, ({ partition, offset, value }) =>
      seen.push(`${partition} ${offset} ${String(value)}`),
    )
    return seen
  } finally {
    await reader.close()
  }
}

describe('a topic reader', () => {
  it('reads every record of every partition, in order within each, and ends', async () => {
    const topic = await scene.topic({ partitions: 5 })
    expect(await read(topic)).toEqual([])
    await scene.produce(topic, numbered(5000))
    const records = await read(topic)
    expect(records).toHaveLength(5000)
    expect(new Set(records.map((one) => one.split(' ')[2]))).toEqual(
      new Set(numbered(5000).map(({ value }) => value)),
    )
    for (let partition = 0; partition < 5; partition++) {
      const offsets = records
        .filter((one) => one.startsWith(`${partition} `))
        .map((one) => Number(one.split(' ')[1]))
      expect(offsets).toEqual(offsets.toSorted((a, b) => a - b))
    }
  }, 60_000)

  it('reads parts of partitions', async () => {
    const topic = await scene.topic({ partitions: 2 })
    await scene.produce(
      topic,
      Array.from({ length: 20 }, (_, index) => ({ value: `v${index}`, partition: index % 2 })),
    )
    const log = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    }
    const reader = new KafkaTopicReader({ cluster: new Cluster(scene.config), settings: {}, log })
    try {
      const seen: string[] = []
      const parts = [
        { topic, partition: 0, start: 3n, end: 5n },
        { topic, partition: 1, start: 9n, end: 10n },
        { topic, partition: 1, start: 4n, end: 4n },
      ]
      await reader.read(parts, ({ partition, offset, value }) =>
        seen.push(`${partition} ${offset} ${String(value)}`),
      )
      expect(seen.toSorted()).toEqual(['0 3 v6', '0 4 v8', '1 9 v19'])
    } finally {
      await reader.close()
    }
  }, 60_000)

  it('ends at the last stable offset where only what is committed is read', async () => {
    const topic = await scene.topic()
    const producer = await scene.producer({
      transactionalId: scene.name('tx'),
      maxInFlightRequests: 1,
      idempotent: true,
    })
    const send = async (value: string, end: 'commit' | 'abort'): Promise<void> => {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ value }] })
      await transaction[end]()
    }
    await send('a', 'commit')
    await send('b', 'abort')
    await send('c', 'commit')
    const open = await producer.transaction()
    await open.send({ topic, messages: [{ value: 'd' }] })
    expect(await read(topic, { 'isolation.level': 'read_committed' })).toEqual(['0 0 a', '0 4 c'])
    expect(await read(topic)).toEqual(['0 0 a', '0 2 b', '0 4 c', '0 6 d'])
    await open.abort()
  }, 60_000)

  it('reads a compacted topic', async () => {
    const topic = await scene.topic({
      configs: {
        'cleanup.policy': 'compact',
        'segment.ms': '100',
        'min.cleanable.dirty.ratio': '0.01',
        'delete.retention.ms': '0',
      },
    })
    for (let round = 0; round < 5; round++) {
      await scene.produce(
        topic,
        [0, 1, 2].map((key) => ({ key: String(key), value: `r${round}k${key}` })),
      )
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    const records = await read(topic)
    const last = new Map(records.map((one) => [one.slice(-1), one.split(' ')[2]]))
    expect([...last.values()].map(String).toSorted()).toEqual(['r4k0', 'r4k1', 'r4k2'])
  }, 60_000)

  it('says which topic is missing', async () => {
    const settings = { 'default.api.timeout.ms': '300' }
    await expect(read('there-is-none', settings)).rejects.toThrow(/there-is-none/)
  }, 60_000)
})
