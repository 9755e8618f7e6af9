import type { TopicPartition } from '../types.ts'
import type { Assignor, GroupMember } from './assignors.ts'
import { keyOf } from './partitions.ts'

type Load = { readonly member: GroupMember; readonly partitions: Map<string, TopicPartition> }

/**
 * Leaves every member what it holds as far as that is fair, and shares out the rest evenly. A partition that moves is nobody's until its
 * holder has given it up and joined again (KIP-429), so that no two members hold it at once.
 */
export const cooperativeSticky: Assignor = {
  name: 'cooperative-sticky',
  cooperative: true,
  assign: (members, partitionCounts) => {
    const loads = members
      .toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))
      .map((member): Load => ({ member, partitions: new Map() }))
    const all = [...partitionCounts].flatMap(([topic, count]) =>
      Array.from({ length: count }, (_, partition) => ({ topic, partition })),
    )
    const holders = holdersOf(members)
    for (const one of all) {
      const holder = loads.find(({ member }) => member === holders.get(keyOf(one)))
      const taker = holder && mayTake(holder, one) ? holder : undefined
      taker?.partitions.set(keyOf(one), one)
    }
    const held = new Set(loads.flatMap(({ partitions }) => [...partitions.keys()]))
    for (const one of all) {
      if (!held.has(keyOf(one))) lightest(loads, one)?.partitions.set(keyOf(one), one)
    }
    while (evenOut(loads));
    return new Map(loads.map((load) => [load.member.memberId, free(load, holders)]))
  },
}

/** Who holds what; where two say so, the one whose claim is newer, and nobody where neither is. */
const holdersOf = (members: readonly GroupMember[]): ReadonlyMap<string, GroupMember | undefined> => {
  const holders = new Map<string, GroupMember | undefined>()
  const since = new Map<string, number>()
  for (const member of members) {
    for (const one of member.owned) {
      const key = keyOf(one)
      const before = since.get(key) ?? Number.NEGATIVE_INFINITY
      if (member.generation === before) holders.set(key, undefined)
      if (member.generation <= before) continue
      holders.set(key, member)
      since.set(key, member.generation)
    }
  }
  return holders
}

const mayTake = ({ member }: Load, { topic }: TopicPartition): boolean => member.topics.includes(topic)

const lightest = (loads: readonly Load[], one: TopicPartition): Load | undefined => {
  let found: Load | undefined
  for (const load of loads) {
    if (mayTake(load, one) && load.partitions.size < (found?.partitions.size ?? Number.POSITIVE_INFINITY))
      found = load
  }
  return found
}

/** Moves one partition from a member to one that has at least two fewer; false where there is none. */
const evenOut = (loads: readonly Load[]): boolean => {
  const heaviestFirst = loads.toSorted((a, b) => b.partitions.size - a.partitions.size)
  for (const from of heaviestFirst) {
    for (const [key, one] of from.partitions) {
      const to = lightest(loads, one)
      if (to === undefined || to.partitions.size > from.partitions.size - 2) continue
      from.partitions.delete(key)
      to.partitions.set(key, one)
      return true
    }
  }
  return false
}

/** What a member may have at once: not what another one has yet to give up. */
const free = (
  { member, partitions }: Load,
  holders: ReadonlyMap<string, GroupMember | undefined>,
): readonly TopicPartition[] =>
  [...partitions.values()].filter((one) => (holders.get(keyOf(one)) ?? member) === member)
