import { Cluster } from './cluster.ts'
import { clientConfig } from './settings/client-settings.ts'
import { SettingReader } from './settings/setting-reader.ts'
import { FakeBroker } from './testing/fake-broker.ts'
import type { KafkaReach } from './types.ts'

describe('Cluster', () => {
  let fake: FakeBroker
  const clusters: Cluster[] = []
  const clusterOf = (
    servers: string,
    settings: Readonly<Record<string, string>> = {},
    reach: KafkaReach = {},
  ): Cluster => {
    const all = { 'bootstrap.servers': servers, 'reconnect.backoff.ms': '1', ...settings }
    const cluster = new Cluster(clientConfig(new SettingReader(all), reach))
    clusters.push(cluster)
    return cluster
  }
  beforeEach(async () => {
    fake = await FakeBroker.start({ orders: 3 })
  })
  afterEach(async () => {
    for (const cluster of clusters.splice(0)) cluster.close()
    await fake.stop()
  })

  it('knows the topics that were asked for and leaves out those that do not exist', async () => {
    const cluster = clusterOf(`127.0.0.1:${fake.port}`)
    const topics = await cluster.topics(['orders', 'missing'])
    expect([...topics.keys()]).toEqual(['orders'])
    expect(topics.get('orders')?.partitions.map(({ partition, leader }) => [partition, leader])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ])
    expect(cluster.broker(1)?.address.port).toBe(fake.port)
    await expect(cluster.leader('orders', 3)).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC_OR_PARTITION' })
  })

  it('asks again when what it knows is too old, and when it is told to', async () => {
    const kept = clusterOf(`127.0.0.1:${fake.port}`)
    const stale = clusterOf(`127.0.0.1:${fake.port}`, { 'metadata.max.age.ms': '0' })
    await kept.topics(['orders'])
    await stale.topics(['orders'])
    fake.topics.set('orders', 4)
    const partitions = async (cluster: Cluster) =>
      (await cluster.topics(['orders'])).get('orders')?.partitions.length
    expect(await partitions(kept)).toBe(3)
    await kept.refresh(['orders'])
    expect(await partitions(kept)).toBe(4)
    await new Promise((resolve) => setTimeout(resolve, 2))
    expect(await partitions(stale)).toBe(4)
  })

  it('goes from one bootstrap server to the next', async () => {
    const gone = await FakeBroker.start({})
    await gone.stop()
    const cluster = clusterOf(`127.0.0.1:${gone.port},127.0.0.1:${fake.port}`)
    expect(await cluster.clusterId()).toBe('fake')
    expect(await clusterOf(`127.0.0.1:${fake.port},127.0.0.1:${gone.port}`).clusterId()).toBe('fake')
  })

  it('looks for other servers when none that it knows answers', async () => {
    const gone = await FakeBroker.start({})
    await gone.stop()
    let asked = 0
    const rediscover = async () => {
      asked += 1
      return `127.0.0.1:${gone.port},127.0.0.1:${fake.port}`
    }
    const cluster = clusterOf(`127.0.0.1:${gone.port}`, {}, { rediscover })
    expect(await Promise.all([cluster.clusterId(), cluster.allTopics()])).toHaveLength(2)
    expect(asked).toBe(1)
  })

  it('keeps the servers of the settings beside those that it has found, and cuts nobody off', async () => {
    const first = await FakeBroker.start({ orders: 1 })
    const [gone, other] = await Promise.all([FakeBroker.start({}), FakeBroker.start({})])
    await Promise.all([gone.stop(), other.stop()])
    const found = [`127.0.0.1:${other.port}`, `127.0.0.1:${fake.port}`]
    const servers = `127.0.0.1:${gone.port},127.0.0.1:${first.port}`
    const cluster = clusterOf(servers, {}, { rediscover: async () => found.shift() ?? servers })
    await first.stop()
    // what was found first is gone as well
    await expect(cluster.clusterId()).rejects.toMatchObject({ code: 'NETWORK' })
    const calls = Array.from({ length: 5 }, () => cluster.clusterId())
    expect(await Promise.all(calls)).toEqual(calls.map(() => 'fake'))
  })

  it('says what it met where no other servers are found', async () => {
    const gone = await FakeBroker.start({})
    await gone.stop()
    const servers = `127.0.0.1:${gone.port}`
    const same = clusterOf(servers, {}, { rediscover: async () => servers })
    await expect(same.clusterId()).rejects.toMatchObject({ code: 'NETWORK', retriable: true })
    const failing = clusterOf(servers, {}, { rediscover: () => Promise.reject(new Error('denied')) })
    await expect(failing.clusterId()).rejects.toMatchObject({ code: 'NETWORK', retriable: true })
  })

  it('rejects as retriable when no server can be reached', async () => {
    const gone = await FakeBroker.start({})
    await gone.stop()
    await expect(clusterOf(`127.0.0.1:${gone.port}`).topics(['orders'])).rejects.toMatchObject({
      code: 'NETWORK',
      retriable: true,
    })
  })

  it('finds its way back when the broker it knew comes back', async () => {
    const cluster = clusterOf(`127.0.0.1:${fake.port}`)
    await cluster.topics(['orders'])
    cluster.broker(1)?.disconnect()
    await cluster.refresh(['orders'])
    expect(cluster.broker(1)?.connected).toBe(true)
  })

  it('does nothing more once it is closed', async () => {
    const cluster = clusterOf(`127.0.0.1:${fake.port}`)
    await cluster.topics(['orders'])
    cluster.close()
    expect(cluster.signal.aborted).toBe(true)
    await expect(cluster.refresh(['orders'])).rejects.toMatchObject({ code: 'CLOSED', retriable: false })
  })
})
