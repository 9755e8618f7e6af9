import { sharedServices } from '@sluice/testkit/services'
import { ConsumerScene, eventually, type Member, numbered } from './testing/consumer-scene.ts'
import type { FetchedBatch } from './types.ts'

let scene: ConsumerScene
beforeAll(async () => {
  scene = await ConsumerScene.open(await sharedServices().kafka())
}, 180_000)
afterAll(() => scene.end(), 60_000)

const commitAll = (member: Member, batches: readonly FetchedBatch[]): Promise<void> =>
  member.consumer.commit(
    batches.map(({ topic, partition, nextOffset }) => ({ topic, partition, offset: nextOffset })),
  )

describe('a consumer', () => {
  it('reads a topic from its start and goes on from what was committed', async () => {
    const topic = await scene.topic({ partitions: 3 })
    const groupId = scene.name('group')
    await scene.produce(topic, numbered(100))
    const first = scene.member({ groupId, topics: [topic] })
    const signal = AbortSignal.timeout(20_000)
    let read = 0
    while (read < 100) {
      const batches = await first.consumer.poll({ signal })
      read += batches.flatMap(({ records }) => records).length
      await commitAll(first, batches)
    }
    await first.stop()
    await scene.produce(topic, numbered(10, 100))
    const second = scene.member({ groupId, topics: [topic] })
    const records = await second.read(10)
    expect(records.map(({ value }) => String(value)).toSorted()).toEqual(
      numbered(10, 100).map((m) => m.value),
    )
    await second.stop()
  }, 60_000)

  it('hands out keys, values, headers and times as they were written, nulls included', async () => {
    const topic = await scene.topic()
    await scene.produce(topic, [
      { key: null, value: null, timestamp: '1700000000123' },
      { key: 'k', value: Buffer.from([0, 255]), timestamp: '1', headers: { a: 'x', b: Buffer.from([1, 2]) } },
    ])
    const member = scene.member({ groupId: scene.name('group'), topics: [topic] })
    const [first, second] = await member.read(2)
    expect(first).toMatchObject({
      offset: 0n,
      timestamp: 1_700_000_000_123,
      timestampType: 'CreateTime',
      key: null,
      value: null,
    })
    expect(first?.headers).toEqual([])
    expect(second).toMatchObject({ offset: 1n, timestamp: 1 })
    expect([...(second?.value ?? [])]).toEqual([0, 255])
    expect(second?.headers.map(({ key, value }) => [key, [...(value ?? [])]])).toEqual([
      ['a', [120]],
      ['b', [1, 2]],
    ])
    await member.stop()
  }, 60_000)

  it('gives back the metadata of a commit', async () => {
    const topic = await scene.topic({ partitions: 2 })
    const member = scene.member({ groupId: scene.name('group'), topics: [topic] })
    await scene.produce(topic, numbered(5))
    await member.read(5)
    await member.consumer.commit([{ topic, partition: 0, offset: 1n, metadata: 'partitions=2' }])
    const committed = await member.consumer.committed([
      { topic, partition: 0 },
      { topic, partition: 1 },
    ])
    expect(committed.toSorted((a, b) => a.partition - b.partition)).toEqual([
      { topic, partition: 0, offset: 1n, metadata: 'partitions=2' },
      { topic, partition: 1, offset: null, metadata: '' },
    ])
    await member.stop()
  }, 60_000)

  it('starts where the assigned callback says', async () => {
    const topic = await scene.topic()
    await scene.produce(topic, numbered(10))
    const member = scene.member({
      groupId: scene.name('group'),
      topics: [topic],
      assigned: () => Promise.resolve([{ topic, partition: 0, offset: 7n }]),
    })
    const records = await member.read(3)
    expect(records.map(({ offset }) => offset)).toEqual([7n, 8n, 9n])
    await member.stop()
  }, 60_000)

  it('delivers nothing of a paused partition and goes on where it was', async () => {
    const topic = await scene.topic({ partitions: 2 })
    await scene.produce(
      topic,
      Array.from({ length: 40 }, (_, i) => ({ value: `v${i}`, partition: i % 2 })),
    )
    const member = scene.member({
      groupId: scene.name('group'),
      topics: [topic],
      settings: { 'max.poll.records': '5' },
    })
    const paused = [{ topic, partition: 0 }]
    await member.read(10)
    member.consumer.pause(paused)
    const before = member.happenings.length
    const left = 20 - member.happenings.filter((one) => one.type === 'read' && one.partition === 1).length
    await member.read(left)
    expect(member.happenings.slice(before).every((one) => one.type === 'read' && one.partition === 1)).toBe(
      true,
    )
    expect(await member.consumer.poll({ signal: AbortSignal.timeout(5000), maxWaitMs: 300 })).toEqual([])
    member.consumer.resume(paused)
    await member.read(40 - member.values().length)
    expect(member.values().toSorted()).toEqual(Array.from({ length: 40 }, (_, i) => `v${i}`).toSorted())
    await member.stop()
  }, 60_000)

  it('delivers after a seek what stands there, and nothing that was fetched before it', async () => {
    const topic = await scene.topic()
    await scene.produce(topic, numbered(50))
    const member = scene.member({
      groupId: scene.name('group'),
      topics: [topic],
      settings: { 'max.poll.records': '5' },
    })
    await member.read(10)
    member.consumer.seek({ topic, partition: 0, offset: 3n })
    const [record] = await member.read(1)
    expect(record?.offset).toBe(3n)
    member.consumer.seek({ topic, partition: 0, offset: 49n })
    expect((await member.read(1)).map(({ offset }) => offset)).toEqual([49n])
    await member.stop()
  }, 60_000)

  it('says how far behind it is', async () => {
    const topic = await scene.topic()
    await scene.produce(topic, numbered(20))
    const member = scene.member({
      groupId: scene.name('group'),
      topics: [topic],
      settings: { 'max.poll.records': '5' },
    })
    await member.read(5)
    expect(member.consumer.lag()).toEqual([{ topic, partition: 0, records: 15n }])
    await member.stop()
  }, 60_000)

  it('refuses to guess where auto.offset.reset is none', async () => {
    const topic = await scene.topic()
    const member = scene.member({
      groupId: scene.name('group'),
      topics: [topic],
      settings: { 'auto.offset.reset': 'none' },
    })
    await expect(member.read(1)).rejects.toMatchObject({ code: 'NO_OFFSET', retriable: false })
    await member.stop()
  }, 60_000)

  it('resets a position that is out of range as configured, or says so', async () => {
    const topic = await scene.topic()
    await scene.produce(topic, numbered(10))
    const from = { topic, partition: 0, offset: 99n }
    const earliest = scene.member({
      groupId: scene.name('group'),
      topics: [topic],
      assigned: () => Promise.resolve([from]),
    })
    expect((await earliest.read(10)).map(({ offset }) => offset)[0]).toBe(0n)
    expect(earliest.warnings.join()).toContain(`Offset 99 of ${topic}-0 is out of range`)
    await earliest.stop()
    const none = scene.member({
      groupId: scene.name('group'),
      topics: [topic],
      settings: { 'auto.offset.reset': 'none' },
      assigned: () => Promise.resolve([from]),
    })
    await expect(none.read(1)).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE', retriable: false })
    await none.stop()
  }, 60_000)

  it('tells of a topic that is deleted under it, and goes on without it', async () => {
    const [staying, leaving] = [await scene.topic(), await scene.topic()]
    const member = scene.member(
      { groupId: scene.name('group'), topics: [staying, leaving] },
      { requestTimeoutMs: 1000 },
    )
    member.run()
    await eventually(() => member.consumer.assignment().length === 2)
    await scene.admin.deleteTopics({ topics: [leaving] })
    await eventually(() => member.consumer.assignment().length === 1)
    expect(member.warnings.join()).toContain(leaving)
    await scene.produce(staying, numbered(3))
    await eventually(() => member.values().length === 3)
    await scene.topic({ name: leaving })
    await scene.produce(leaving, numbered(2, 3))
    await eventually(() => new Set(member.values()).size === 5, 30_000)
    await member.stop()
  }, 60_000)

  it('finds a new topic that its RegExp matches whole, and a topic of its list that is made later', async () => {
    const prefix = scene.name('pattern')
    const later = scene.name()
    await scene.topic({ name: `${prefix}-a` })
    await scene.topic({ name: `x${prefix}-a` })
    const config = { metadataMaxAgeMs: 500 }
    const byPattern = scene.member(
      { groupId: scene.name('group'), topics: new RegExp(`${prefix}-.`) },
      config,
    )
    const byName = scene.member({ groupId: scene.name('group'), topics: [later] }, config)
    byPattern.run()
    byName.run()
    await eventually(() => byPattern.consumer.assignment().length === 1 && byName.warnings.length === 1)
    await scene.topic({ name: `${prefix}-b` })
    await scene.topic({ name: later, partitions: 2 })
    await eventually(
      () => byPattern.consumer.assignment().length === 2 && byName.consumer.assignment().length === 2,
    )
    expect(byPattern.consumer.assignment().map(({ topic }) => topic)).toEqual([`${prefix}-a`, `${prefix}-b`])
    await Promise.all([byPattern.stop(), byName.stop()])
  }, 60_000)
})
