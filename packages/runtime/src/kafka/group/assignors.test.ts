import type { TopicPartition } from '../types.ts'
import { type Assignor, assignorClasses, assignorOf, type GroupMember } from './assignors.ts'

const assignor = (className: string): Assignor => {
  const found = assignorOf(className)
  if (!found) throw new Error(`no ${className}`)
  return found
}

const member = (
  memberId: string,
  topics: readonly string[],
  how: Partial<GroupMember> = {},
): GroupMember => ({
  memberId,
  instanceId: null,
  topics,
  owned: [],
  generation: -1,
  ...how,
})

const shares = (
  className: string,
  members: readonly GroupMember[],
  counts: Readonly<Record<string, number>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...assignor(className).assign(members, new Map(Object.entries(counts)))].map(([id, list]) => [
      id,
      names(list),
    ]),
  )

const names = (list: readonly TopicPartition[]): string =>
  list.map(({ topic, partition }) => `${topic}${partition}`).join(' ')

const owned = (text: string): readonly TopicPartition[] =>
  text.split(' ').map((name) => ({ topic: name.slice(0, 1), partition: Number(name.slice(1)) }))

describe('range', () => {
  const { range } = assignorClasses

  it('gives consecutive partitions of each topic, the first members one more', () => {
    const members = [member('c', ['t', 'u']), member('a', ['t', 'u']), member('b', ['t', 'u'])]
    expect(shares(range, members, { t: 7, u: 2 })).toEqual({ a: 't0 t1 t2 u0', b: 't3 t4 u1', c: 't5 t6' })
  })

  it('asks only those that subscribe, and gives nothing of a topic that does not exist', () => {
    const members = [member('a', ['t', 'none']), member('b', ['u']), member('c', ['t', 'u'])]
    expect(shares(range, members, { t: 2, u: 1, none: 0 })).toEqual({ a: 't0', b: 'u0', c: 't1' })
  })

  it('puts static members first, by instance id', () => {
    const members = [
      member('a', ['t']),
      member('z', ['t'], { instanceId: '2' }),
      member('y', ['t'], { instanceId: '3' }),
    ]
    expect(shares(range, members, { t: 3 })).toEqual({ z: 't0', y: 't1', a: 't2' })
  })
})

describe('roundrobin', () => {
  const { roundRobin } = assignorClasses

  it('deals the partitions of all topics in turn', () => {
    const members = [member('a', ['t', 'u']), member('b', ['t', 'u'])]
    expect(shares(roundRobin, members, { t: 3, u: 3 })).toEqual({ a: 't0 t2 u1', b: 't1 u0 u2' })
  })

  it('passes over those that do not subscribe', () => {
    const members = [member('a', ['t']), member('b', ['t', 'u']), member('c', ['t', 'u', 'v'])]
    expect(shares(roundRobin, members, { t: 1, u: 2, v: 3 })).toEqual({ a: 't0', b: 'u0', c: 'u1 v0 v1 v2' })
  })
})

describe('cooperative-sticky', () => {
  const { cooperativeSticky } = assignorClasses
  const sticky = assignor(cooperativeSticky)

  it('leaves members what they hold and gives a new one only what is free', () => {
    const members = [
      member('a', ['t'], { owned: owned('t0 t1'), generation: 4 }),
      member('b', ['t'], { owned: owned('t2 t3'), generation: 4 }),
      member('c', ['t']),
    ]
    // One of the four has to move to c; nobody has it in this round.
    const first = sticky.assign(members, new Map([['t', 4]]))
    expect([...first.values()].flat()).toHaveLength(3)
    expect(first.get('c')).toEqual([])
    const rejoined = members.map((one) => ({ ...one, owned: first.get(one.memberId) ?? [], generation: 5 }))
    const second = sticky.assign(rejoined, new Map([['t', 4]]))
    expect([...second.values()].map((list) => list.length).toSorted((x, y) => x - y)).toEqual([1, 1, 2])
    for (const one of rejoined)
      for (const kept of one.owned) expect(second.get(one.memberId)).toContainEqual(kept)
  })

  it('gives at once what belonged to a member that is gone', () => {
    const members = [member('a', ['t'], { owned: owned('t0 t2'), generation: 4 }), member('b', ['t'])]
    expect(shares(cooperativeSticky, members, { t: 4 })).toEqual({ a: 't0 t2', b: 't1 t3' })
  })

  it('believes the newer of two claims, and neither of two as old as each other', () => {
    const claims = (generation: number): readonly GroupMember[] => [
      member('a', ['t'], { owned: owned('t0'), generation: 3 }),
      member('b', ['t'], { owned: owned('t0'), generation }),
    ]
    expect(shares(cooperativeSticky, claims(4), { t: 2 })).toEqual({ a: 't1', b: 't0' })
    expect(shares(cooperativeSticky, claims(3), { t: 2 })).toEqual({ a: 't0', b: 't1' })
  })
})

describe.each(Object.values(assignorClasses))('%s', (className) => {
  it('gives every partition to exactly one member that subscribes, evenly, and ends after a few rounds', () => {
    const topics = ['t', 'u', 'v', 'w']
    const random = (seed: number): number => ((seed * 2_654_435_761) >>> 7) % 97
    for (let run = 1; run < 60; run++) {
      const counts = new Map(topics.map((topic, i) => [topic, random(run * 31 + i) % 9]))
      const subscribed = topics.filter((_, i) => i === 0 || (run + i) % 3 > 0)
      let members = Array.from({ length: 1 + (run % 5) }, (_, i) =>
        member(
          `m${i}`,
          run % 2 === 0 ? subscribed : subscribed.slice(0, 1 + ((run + i) % subscribed.length)),
        ),
      )
      let result = assignor(className).assign(members, counts)
      for (let generation = 1; generation < 4; generation++) {
        members = members.map((one) => ({ ...one, owned: result.get(one.memberId) ?? [], generation }))
        result = assignor(className).assign(members, counts)
      }
      const reachable = topics.filter((topic) => members.some((one) => one.topics.includes(topic)))
      const expected = reachable.flatMap((topic) =>
        Array.from({ length: counts.get(topic) ?? 0 }, (_, i) => `${topic}${i}`),
      )
      expect([...result.values()].map(names).join(' ').split(' ').filter(Boolean).toSorted()).toEqual(
        expected.toSorted(),
      )
      for (const one of members) {
        for (const { topic } of result.get(one.memberId) ?? []) expect(one.topics).toContain(topic)
      }
      const sizes = [...result.values()].map((list) => list.length)
      const uneven = className === assignorClasses.range ? topics.length : 1
      if (run % 2 === 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(uneven)
    }
  })
})

it('is undefined for an unknown class', () => {
  expect(assignorOf('com.example.Mine')).toBeUndefined()
})
