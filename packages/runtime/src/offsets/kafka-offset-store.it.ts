import { randomUUID } from 'node:crypto'
import { sharedServices } from '@sluice/testkit/services'
import { createKafka } from '../kafka/create-kafka.ts'
import type { Kafka } from '../kafka/types.ts'
import { KafkaOffsetStore } from './kafka-offset-store.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

describe('the offsets topic', () => {
  const topic = `offsets-${randomUUID().slice(0, 8)}`
  let kafka: Kafka
  beforeAll(async () => {
    const { bootstrapServers } = await sharedServices().kafka()
    kafka = createKafka({ settings: { 'bootstrap.servers': bootstrapServers }, log: silent })
  }, 180_000)
  afterAll(async () => {
    const admin = kafka.admin()
    await admin.deleteTopics([topic])
    await admin.close()
  })

  async function withStore<T>(use: (store: KafkaOffsetStore) => Promise<T>, name = topic): Promise<T> {
    const admin = kafka.admin()
    const reader = kafka.reader()
    try {
      const store = await KafkaOffsetStore.open({
        topic: name,
        partitions: 5,
        replicationFactor: 1,
        admin,
        reader,
        producer: (delivered) => kafka.producer({ settings: { acks: 'all' }, delivered }),
        log: { ...silent, child: () => ({ ...silent }) as never },
      })
      try {
        return await use(store)
      } finally {
        await store.close()
      }
    } finally {
      await reader.close()
      await admin.close()
    }
  }

  async function raw(): Promise<(readonly [string, string | null])[]> {
    const reader = kafka.reader()
    const all: (readonly [string, string | null])[] = []
    await reader.readToEnd(topic, ({ key, value }) => void all.push([String(key), value && String(value)]))
    await reader.close()
    return all
  }

  const partition = { table: 'orders', protocol: '1' }

  it('is made compacted, and keeps offsets in the bytes that the JVM writes', async () => {
    const offset = { incrementing: 9007199254740993n }
    await withStore((store) => store.set('c', [{ partition, offset }]))
    expect(await raw()).toEqual([
      ['["c",{"protocol":"1","table":"orders"}]', '{"incrementing":9007199254740993}'],
    ])
    expect(await withStore((store) => store.get('c', [partition, { table: 'x' }]))).toEqual([
      offset,
      undefined,
    ])
    const admin = kafka.admin()
    expect((await admin.topicConfigs(topic)).get('cleanup.policy')).toBe('compact')
    expect((await admin.describeTopics([topic])).get(topic)?.partitions).toHaveLength(5)
    await admin.close()
  }, 60_000)

  it('shows what another worker wrote meanwhile, and forgets what is removed', async () => {
    await withStore(async (here) => {
      await withStore((there) => there.set('c', [{ partition, offset: { incrementing: 2 } }]))
      expect(await here.all('c')).toEqual([
        { partition: { protocol: '1', table: 'orders' }, offset: { incrementing: 2 } },
      ])
      await here.set('c', [{ partition, offset: null }])
    })
    expect(await withStore((store) => store.all('c'))).toEqual([])
  }, 60_000)

  it('is refused where it would be deleted with time', async () => {
    const admin = kafka.admin()
    const name = `${topic}-deleted`
    await admin.createTopics([{ name, partitions: 1, replicationFactor: 1 }])
    try {
      await expect(withStore(async () => {}, name)).rejects.toThrow('cleanup.policy=delete')
    } finally {
      await admin.deleteTopics([name])
      await admin.close()
    }
  }, 60_000)
})
