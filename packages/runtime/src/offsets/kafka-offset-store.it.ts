import { randomUUID } from 'node:crypto'
import { sharedServices } from '@sluice/testkit/services'
import { createKafka } from '../kafka/create-kafka.ts'
import type { Kafka } from '../kafka/types.ts'
import { offsetsTopic } from './offsets-topic.ts'
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
    try {
      const store = await KafkaOffsetStore.open({
        topic: offsetsTopic(
          name,
          new Map([
            ['offset.storage.partitions', '5'],
            ['offset.storage.replication.factor', '-1'],
            ['offset.storage.segment.bytes', '1048576'],
          ]),
        ),
        admin,
        tail: (listener) => kafka.tail({ ...listener, topic: name }),
        producer: (delivered) => kafka.producer({ settings: { acks: 'all' }, delivered }),
        log: { ...silent, child: () => ({ ...silent }) as never },
      })
      try {
        return await use(store)
      } finally {
        await store.close()
      }
    } finally {
      await admin.close()
    }
  }

  async function write(name: string, records: readonly (readonly [string, string])[]): Promise<void> {
    const producer = kafka.producer({ settings: {}, delivered: () => {} })
    await producer.send(
      records.map(([key, value]) => ({
        topic: name,
        partition: 0,
        key: Buffer.from(key),
        value: Buffer.from(value),
      })),
    )
    await producer.flush()
    await producer.close()
  }

  async function deleteTopic(name: string): Promise<void> {
    const admin = kafka.admin()
    await admin.deleteTopics([name])
    await admin.close()
  }

  async function raw(name = topic): Promise<(readonly [string, string | null])[]> {
    const reader = kafka.reader()
    const all: (readonly [string, string | null])[] = []
    await reader.readToEnd(name, ({ key, value }) => void all.push([String(key), value && String(value)]))
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
    const configs = await admin.topicConfigs(topic)
    expect([configs.get('cleanup.policy'), configs.get('segment.bytes')]).toEqual(['compact', '1048576'])
    expect((await admin.describeTopics([topic])).get(topic)?.partitions).toHaveLength(5)
    await admin.close()
  }, 60_000)

  it.each([
    [
      'the JDBC source',
      'jdbc',
      '{"protocol":"1","table":"public.orders"}',
      '{"incrementing":9007199254740993}',
    ],
    [
      'the JDBC source with times',
      'jdbc',
      '{"protocol":"1","table":"public.items"}',
      '{"timestamp_nanos":123456000,"incrementing":9223372036854775807,"timestamp":1764000000123}',
    ],
    [
      'Debezium',
      'debezium',
      '{"server":"shop"}',
      '{"transaction_id":null,"lsn_proc":9007199254740995,"messageType":"INSERT","lsn":9007199254740997,"txId":771}',
    ],
  ])(
    'writes back byte for byte what %s on the JVM wrote',
    async (_, connector, its, offset) => {
      const key = `["${connector}",${its}]`
      await write(topic, [[key, offset]])
      await withStore(async (store) => {
        const stored = await store.all(connector)
        await store.set(connector, stored)
      })
      const found = (await raw()).filter(([one]) => one === key)
      expect(found).toEqual([
        [key, offset],
        [key, offset],
      ])
    },
    60_000,
  )

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

  it('is left byte for byte as connectors on the JVM wrote it, and goes on in their keys, ids above 2^53 included', async () => {
    const written: readonly (readonly [string, string])[] = [
      // the JDBC source, by table and by query
      [
        '["jdbc",{"protocol":"1","table":"shop.public.orders"}]',
        '{"timestamp_nanos":123000,"incrementing":9007199254740993,"timestamp":1700000000000}',
      ],
      ['["jdbc",{"query":"query"}]', '{"incrementing":9223372036854775807}'],
      // an older one of it, whose keys have another order
      ['["jdbc",{"table":"old","protocol":"1"}]', '{"incrementing":1}'],
      [
        '["debezium",{"server":"shop"}]',
        '{"lsn_proc":9007199254740993,"messageType":"UPDATE","lsn_commit":9007199254740993,"lsn":9007199254740993,"txId":9007199254740995,"ts_usec":1700000000123456,"snapshot":null}',
      ],
    ]
    const name = `${topic}-jvm`
    await withStore(async (store) => {
      await write(name, written)
      for (const connector of ['jdbc', 'debezium']) await store.set(connector, await store.all(connector))
    }, name)
    const all = await raw(name)
    for (const [key, value] of written) {
      expect(all.filter(([found]) => found === key)).toEqual([
        [key, value],
        [key, value],
      ])
    }
    expect(all).toHaveLength(2 * written.length)
    await withStore(async (store) => {
      // in another order of fields, and by another worker that doesn't know the older form
      await write(name, [['["jdbc",{"protocol":"1","table":"old"}]', '{"incrementing":2}']])
      await store.set('jdbc', [{ partition: { table: 'old', protocol: '1' }, offset: null }])
      expect(await store.get('jdbc', [{ protocol: '1', table: 'old' }])).toEqual([undefined])
    }, name)
    const removed = (await raw(name)).filter(([, value]) => value === null)
    expect(removed.map(([key]) => key).toSorted()).toEqual([
      '["jdbc",{"protocol":"1","table":"old"}]',
      '["jdbc",{"table":"old","protocol":"1"}]',
    ])
    await deleteTopic(name)
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
