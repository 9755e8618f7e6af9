import { randomUUID } from 'node:crypto'
import { sharedServices } from '@sluice/testkit/services'
import { KafkaScene } from './testing/kafka-scene.ts'

describe('KafkaAdmin', () => {
  let scene: KafkaScene
  beforeAll(async () => {
    const kafka = await sharedServices().kafka()
    scene = new KafkaScene({ 'bootstrap.servers': kafka.bootstrapServers })
  }, 180_000)
  afterAll(() => scene.end(), 60_000)

  it('makes topics, says which existed, and describes them', async () => {
    const [made, kept] = [
      await scene.topic({ partitions: 3, configs: { 'cleanup.policy': 'compact' } }),
      `x-${randomUUID()}`,
    ]
    const answer = await scene.admin.createTopics([
      { name: made },
      { name: kept, partitions: 2, replicationFactor: 1 },
    ])
    expect(answer).toEqual(
      new Map([
        [made, false],
        [kept, true],
      ]),
    )
    const topics = await scene.admin.describeTopics([made, kept, 'missing'])
    expect([...topics].map(([name, { partitions }]) => [name, partitions.length])).toEqual([
      [made, 3],
      [kept, 2],
    ])
    expect((await scene.admin.describeTopics()).has(kept)).toBe(true)
    expect((await scene.admin.topicConfigs(made)).get('cleanup.policy')).toBe('compact')
    await scene.admin.deleteTopics([kept, 'missing'])
    expect((await scene.admin.describeTopics([kept])).size).toBe(0)
  })

  it('says why a topic cannot be made', async () => {
    const making = scene.admin.createTopics([
      { name: `x-${randomUUID()}`, configs: { 'retention.ms': 'long' } },
    ])
    await expect(making).rejects.toMatchObject({ code: 'INVALID_CONFIG', retriable: false })
    await expect(making).rejects.toThrow('retention.ms')
    await expect(scene.admin.createTopics([{ name: 'no/such name' }])).rejects.toMatchObject({
      code: 'INVALID_TOPIC_EXCEPTION',
    })
  })

  it('tells offsets of topics and groups', async () => {
    const topic = await scene.topic({ partitions: 2 })
    const { producer } = scene.sending()
    await producer.send(
      [0, 1, 2].map((value) => ({ topic, partition: 1, key: null, value: Buffer.from([value]) })),
    )
    await producer.flush()
    const pairs = (offsets: ReadonlyMap<number, bigint>) => [...offsets].toSorted(([a], [b]) => a - b)
    expect(pairs(await scene.admin.offsets(topic, 'latest'))).toEqual([
      [0, 0n],
      [1, 3n],
    ])
    expect(pairs(await scene.admin.offsets(topic, 'earliest'))).toEqual([
      [0, 0n],
      [1, 0n],
    ])
    const offsets = await scene.admin.groupOffsets(`none-${randomUUID()}`, [topic])
    expect(offsets.map(({ partition, offset }) => [partition, offset])).toEqual([
      [0, null],
      [1, null],
    ])
    await expect(scene.admin.offsets(`x-${randomUUID()}`, 'latest')).rejects.toMatchObject({
      code: 'UNKNOWN_TOPIC_OR_PARTITION',
    })
  })

  it('deletes a group, and is content if there is none', async () => {
    const topic = await scene.topic()
    const groupId = `group-${randomUUID()}`
    const consumer = scene.kafka.consumer({
      groupId,
      topics: [topic],
      settings: {},
      assigned: () => Promise.resolve(),
      revoked: () => Promise.resolve(),
    })
    const signal = AbortSignal.timeout(20_000)
    while (consumer.assignment().length === 0) await consumer.poll({ signal })
    await consumer.commit([{ topic, partition: 0, offset: 0n, metadata: 'here' }])
    expect(await scene.admin.groupOffsets(groupId, [topic])).toEqual([
      { topic, partition: 0, offset: 0n, metadata: 'here' },
    ])
    await expect(scene.admin.deleteGroup(groupId)).rejects.toMatchObject({ code: 'NON_EMPTY_GROUP' })
    const one = { topic, partition: 0 }
    await expect(scene.admin.setGroupOffsets(groupId, [{ ...one, offset: 5n }])).rejects.toMatchObject({
      code: 'UNKNOWN_MEMBER_ID',
    })
    await expect(scene.admin.forgetGroupOffsets(groupId, [one])).rejects.toMatchObject({
      code: 'GROUP_SUBSCRIBED_TO_TOPIC',
    })
    await consumer.close()
    await scene.admin.deleteGroup(groupId)
    await scene.admin.deleteGroup(groupId)
    expect(await scene.admin.groupOffsets(groupId, [topic])).toMatchObject([{ offset: null }])
  })
})

describe('offsets of a group without members', () => {
  it('are told, set and forgotten', async () => {
    const kafka = await sharedServices().kafka()
    const scene = new KafkaScene({ 'bootstrap.servers': kafka.bootstrapServers })
    const [topic, other] = [await scene.topic({ partitions: 2 }), await scene.topic()]
    const groupId = `group-${randomUUID()}`
    const { admin } = scene
    const told = async (): Promise<unknown> =>
      (await admin.groupOffsets(groupId)).map((one) => [one.topic, one.partition, one.offset])
    expect(await told()).toEqual([])
    await admin.forgetGroupOffsets(groupId, [{ topic, partition: 0 }])
    await admin.setGroupOffsets(groupId, [
      { topic, partition: 1, offset: 9_007_199_254_740_993n },
      { topic: other, partition: 0, offset: 3n },
    ])
    expect(await told()).toEqual(
      expect.arrayContaining([
        [topic, 1, 9_007_199_254_740_993n],
        [other, 0, 3n],
      ]),
    )
    await admin.forgetGroupOffsets(groupId, [{ topic: other, partition: 0 }])
    expect(await told()).toEqual([[topic, 1, 9_007_199_254_740_993n]])
    await scene.end()
  }, 180_000)
})

describe('the clients on Kafka 3.6', () => {
  it('produce, read and administer', async () => {
    const kafka = await sharedServices().kafkaOld()
    const scene = new KafkaScene({ 'bootstrap.servers': kafka.bootstrapServers })
    const topic = await scene.topic({ partitions: 2 })
    const { producer, deliveries } = scene.sending({ 'compression.type': 'zstd' })
    await producer.send(
      [1, 2, 3].map((value) => ({ topic, key: Buffer.from([value]), value: Buffer.from([value]) })),
    )
    await producer.flush()
    expect(deliveries.filter(({ error }) => error)).toEqual([])
    expect((await scene.read(topic)).map(({ value }) => value?.[0] ?? 0).toSorted((a, b) => a - b)).toEqual([
      1, 2, 3,
    ])
    await scene.end()
  }, 180_000)
})
