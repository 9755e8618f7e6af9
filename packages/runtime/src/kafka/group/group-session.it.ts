import { sharedServices } from '@sluice/testkit/services'
import { Cluster } from '../cluster.ts'
import {
  ConsumerScene,
  eventually,
  type Happening,
  type Member,
  numbered,
} from '../testing/consumer-scene.ts'
import { GroupCalls } from './group-calls.ts'

let scene: ConsumerScene
beforeAll(async () => {
  scene = await ConsumerScene.open(await sharedServices().kafka())
}, 180_000)
afterAll(() => scene.end(), 60_000)

const revocations = (member: Member): ReadonlyArray<Happening & { type: 'revoked' }> =>
  member.happenings.filter((one) => one.type === 'revoked')

const cooperative = {
  'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
}

const owns = (member: Member, count: number): boolean => member.consumer.assignment().length === count

describe('members of a group', () => {
  it('share three partitions, and give way to a third: every record once, committed while giving way', async () => {
    const topic = await scene.topic({ partitions: 3 })
    const groupId = scene.name('group')
    // Nothing is committed but in `revoked`: what is read twice was not committed there.
    const open = (): Member => {
      const positions = new Map<number, bigint>()
      const member: Member = scene.member({
        groupId,
        topics: [topic],
        revoked: async (partitions) => {
          const offsets = partitions.flatMap((one) => {
            const offset = positions.get(one.partition)
            positions.delete(one.partition)
            return offset === undefined ? [] : [{ ...one, offset }]
          })
          await member.consumer.commit(offsets)
        },
      })
      member.run((batches) => {
        for (const { partition, nextOffset } of batches) positions.set(partition, nextOffset)
        return Promise.resolve()
      })
      return member
    }
    const first = open()
    const second = open()
    await eventually(() => first.consumer.assignment().length + second.consumer.assignment().length === 3)
    await scene.produce(topic, numbered(300))
    await eventually(() => first.values().length + second.values().length === 300)
    const third = open()
    await eventually(() => [first, second, third].every((member) => owns(member, 1)))
    await scene.produce(topic, numbered(300, 300))
    const all = (): readonly string[] => [first, second, third].flatMap((member) => member.values())
    await eventually(() => all().length >= 600)
    await Promise.all([first.stop(), second.stop(), third.stop()])
    expect(new Set(all())).toEqual(new Set(numbered(600).map(({ value }) => value)))
    expect(all()).toHaveLength(600)
    expect([...revocations(first), ...revocations(second)].every(({ lost }) => !lost)).toBe(true)
  }, 60_000)

  it('keep what they hold while a cooperative group moves the rest', async () => {
    const topic = await scene.topic({ partitions: 4 })
    const groupId = scene.name('group')
    const first = scene.member({ groupId, topics: [topic], settings: cooperative })
    first.run()
    await eventually(() => owns(first, 4))
    const second = scene.member({ groupId, topics: [topic], settings: cooperative })
    second.run()
    await eventually(() => owns(first, 2) && owns(second, 2))
    expect(revocations(first).map(({ partitions }) => partitions.length)).toEqual([2])
    expect(revocations(second)).toEqual([])
    await scene.produce(topic, numbered(200))
    await eventually(() => first.values().length + second.values().length === 200)
    await second.stop()
    await eventually(() => owns(first, 4))
    expect(revocations(first)).toHaveLength(1)
    await first.stop()
  }, 60_000)

  it('work on undisturbed while a cooperative group waits for another member', async () => {
    const topic = await scene.topic({ partitions: 4 })
    const groupId = scene.name('group')
    const open = (): Member => scene.member({ groupId, topics: [topic], settings: cooperative })
    const aborted: boolean[] = []
    const first = open()
    first.run((batches) => {
      if (batches.length > 0) aborted.push(first.consumer.rebalancing.aborted)
      return Promise.resolve()
    })
    const busy = open()
    const release = Promise.withResolvers<void>()
    busy.run(() => (owns(busy, 2) ? release.promise : Promise.resolve()))
    try {
      await eventually(() => owns(first, 2) && owns(busy, 2))
      const joining = new Promise((resolve) => first.consumer.rebalancing.addEventListener('abort', resolve))
      const third = open()
      third.run()
      await joining
      // The next poll joins again, and then there is nothing to give way to.
      await eventually(() => !first.consumer.rebalancing.aborted, 5000)
      await scene.produce(
        topic,
        Array.from({ length: 40 }, (_, i) => ({ value: `v${i}`, partition: i % 4 })),
      )
      await eventually(() => first.values().length === 20)
      expect(third.consumer.assignment()).toEqual([])
      expect(aborted).not.toContain(true)
      release.resolve()
      await eventually(() => third.consumer.assignment().length > 0)
      const all = (): readonly string[] => [first, busy, third].flatMap((member) => member.values())
      await eventually(() => new Set(all()).size === 40)
      await Promise.all([first.stop(), busy.stop(), third.stop()])
    } finally {
      release.resolve()
    }
  }, 60_000)

  it('take the seat of one that died, without waiting for its session to end', async () => {
    const topic = await scene.topic({ partitions: 2 })
    const groupId = scene.name('group')
    await scene.produce(topic, numbered(10))
    const settings = { 'session.timeout.ms': '60000', 'heartbeat.interval.ms': '20000' }
    let memberId = ''
    const named = (id: string): void => {
      memberId = id
    }
    const dead = scene.member({ groupId, topics: [topic], settings, named })
    await dead.read(10)
    const successor = scene.member({ groupId, topics: [topic], settings, named, successorOf: memberId })
    const before = memberId
    expect(before).not.toBe('')
    await successor.read(10)
    expect(memberId).toBe(before)
    await successor.stop()
    expect(memberId).toBe('')
    await dead.stop()
  }, 30_000)

  it('join anew where the group has forgotten the one that died', async () => {
    const topic = await scene.topic()
    await scene.produce(topic, numbered(5))
    const successor = scene.member({
      groupId: scene.name('group'),
      topics: [topic],
      successorOf: 'forgotten',
    })
    await successor.read(5)
    await successor.stop()
  }, 30_000)

  it('take over from a member that leaves', async () => {
    const topic = await scene.topic({ partitions: 2 })
    const groupId = scene.name('group')
    const [staying, leaving] = [
      scene.member({ groupId, topics: [topic] }),
      scene.member({ groupId, topics: [topic] }),
    ]
    staying.run()
    leaving.run()
    await eventually(() => owns(staying, 1) && owns(leaving, 1))
    await leaving.stop()
    await eventually(() => owns(staying, 2))
    expect(leaving.happenings.at(-1)).toMatchObject({ type: 'revoked', lost: false })
    await staying.stop()
  }, 60_000)

  it('abort the work of a member that a rebalance waits for', async () => {
    const topic = await scene.topic({ partitions: 2 })
    const groupId = scene.name('group')
    const busy = scene.member({ groupId, topics: [topic] })
    let aborted = false
    busy.run(async (batches) => {
      if (batches.length === 0 || aborted) return
      const { rebalancing } = busy.consumer
      await new Promise((resolve) => rebalancing.addEventListener('abort', resolve, { once: true }))
      aborted = true
    })
    await eventually(() => owns(busy, 2))
    await scene.produce(topic, numbered(1))
    await eventually(() => busy.values().length === 1)
    const other = scene.member({ groupId, topics: [topic] })
    other.run()
    await eventually(() => owns(busy, 1) && owns(other, 1))
    expect(aborted).toBe(true)
    expect(busy.consumer.rebalancing.aborted).toBe(false)
    await Promise.all([busy.stop(), other.stop()])
  }, 60_000)

  it('keep their partitions during work of several session timeouts', async () => {
    const topic = await scene.topic({ partitions: 1 })
    const member = scene.member({ groupId: scene.name('group'), topics: [topic] })
    await scene.produce(topic, numbered(1))
    await member.read(1)
    await new Promise((resolve) => setTimeout(resolve, 15_000))
    await member.consumer.commit([{ topic, partition: 0, offset: 1n }])
    await member.consumer.poll({ signal: AbortSignal.timeout(5000), maxWaitMs: 100 })
    expect(revocations(member)).toEqual([])
    await member.stop()
  }, 60_000)

  it('give up a member that polls too late, and tell it so', async () => {
    const topic = await scene.topic({ partitions: 1 })
    const groupId = scene.name('group')
    const settings = {
      'max.poll.interval.ms': '1500',
      'session.timeout.ms': '6000',
      'heartbeat.interval.ms': '200',
    }
    const late = scene.member({ groupId, topics: [topic], settings })
    await scene.produce(topic, numbered(1))
    await late.read(1)
    const other = scene.member({ groupId, topics: [topic] })
    other.run()
    await eventually(() => owns(other, 1))
    expect(late.consumer.rebalancing.aborted).toBe(true)
    await expect(late.consumer.commit([{ topic, partition: 0, offset: 1n }])).rejects.toMatchObject({
      code: 'UNKNOWN_MEMBER_ID',
      retriable: false,
    })
    await late.consumer.poll({ signal: AbortSignal.timeout(10_000), maxWaitMs: 100 })
    expect(late.happenings.at(-1)).toEqual({ type: 'revoked', partitions: [`${topic}:0`], lost: true })
    await Promise.all([late.stop(), other.stop()])
  }, 60_000)

  it('refuse a commit under a generation that is gone', async () => {
    const topic = await scene.topic({ partitions: 1 })
    const groupId = scene.name('group')
    const settings = { 'session.timeout.ms': '6000', 'heartbeat.interval.ms': '5900' }
    const old = scene.member({ groupId, topics: [topic], settings })
    await scene.produce(topic, numbered(1))
    await old.read(1)
    // What a stopped process looks like to the group: its seat goes while it doesn't notice.
    const { members } = (await scene.admin.describeGroups([groupId])).groups[0] ?? { members: [] }
    await removeMember(groupId, members[0]?.memberId ?? '')
    const next = scene.member({ groupId, topics: [topic] })
    next.run()
    await eventually(() => owns(next, 1))
    await expect(old.consumer.commit([{ topic, partition: 0, offset: 1n }])).rejects.toMatchObject({
      code: 'UNKNOWN_MEMBER_ID',
      retriable: false,
    })
    expect(old.consumer.rebalancing.aborted).toBe(true)
    await old.consumer.poll({ signal: AbortSignal.timeout(10_000), maxWaitMs: 100 })
    expect(old.happenings.at(-1)).toMatchObject({ type: 'revoked', lost: true })
    const committed = await next.consumer.committed([{ topic, partition: 0 }])
    expect(committed[0]?.offset).toBeNull()
    await Promise.all([old.stop(), next.stop()])
  }, 60_000)

  it('keep a static member its seat over a restart, and end the one whose instance id is taken', async () => {
    const topic = await scene.topic({ partitions: 2 })
    const groupId = scene.name('group')
    const settings = {
      'group.instance.id': 'one',
      'session.timeout.ms': '10000',
      'heartbeat.interval.ms': '200',
    }
    const other = scene.member({ groupId, topics: [topic] })
    other.run()
    const before = scene.member({ groupId, topics: [topic], settings })
    before.run()
    await eventually(() => owns(before, 1) && owns(other, 1))
    const rebalances = other.happenings.length
    await before.stop()
    const after = scene.member({ groupId, topics: [topic], settings })
    after.run()
    await eventually(() => owns(after, 1))
    expect(other.happenings.length).toBe(rebalances)
    const twin = scene.member({ groupId, topics: [topic], settings })
    twin.run()
    await eventually(() => owns(twin, 1))
    await expect(after.ended()).rejects.toMatchObject({ code: 'FENCED_INSTANCE_ID', retriable: false })
    expect(after.happenings.at(-1)).toMatchObject({ type: 'revoked', lost: true })
    await Promise.allSettled([after.stop(), twin.stop(), other.stop()])
  }, 60_000)
})

/** Throws a member out, as its session's end would. */
const removeMember = async (groupId: string, memberId: string): Promise<void> => {
  const cluster = new Cluster(scene.config)
  try {
    const calls = new GroupCalls(cluster, groupId)
    await calls.leave({ groupId, generation: -1, memberId, instanceId: null }, {})
  } finally {
    cluster.close()
  }
}
