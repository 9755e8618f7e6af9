import type { TopicPartition } from '../types.ts'
import { cooperativeSticky } from './sticky-assignor.ts'

export interface GroupMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly topics: readonly string[]
  /** What it held until now and since which generation; empty under the eager protocol. */
  readonly owned: readonly TopicPartition[]
  readonly generation: number
}

/** Shares the partitions of all topics out among members; run by the group's leader. */
export interface Assignor {
  /** The name in JoinGroup, the same as the JVM's. */
  readonly name: string
  /** Cooperative: a member keeps what isn't taken from it while it rejoins. */
  readonly cooperative: boolean
  assign(
    members: readonly GroupMember[],
    partitionCounts: ReadonlyMap<string, number>,
  ): ReadonlyMap<string, readonly TopicPartition[]>
}

/** Per topic, members in order get consecutive partitions; the first ones get one more where it doesn't divide. */
const range: Assignor = {
  name: 'range',
  cooperative: false,
  assign: (members, partitionCounts) => {
    const shares = sharesFor(members)
    for (const topic of subscribedTopics(members)) {
      const takers = inOrder(members).filter(({ topics }) => topics.includes(topic))
      const count = partitionCounts.get(topic) ?? 0
      const least = Math.floor(count / takers.length)
      const withOneMore = count % takers.length
      let next = 0
      for (const [i, { memberId }] of takers.entries()) {
        const end = next + least + (i < withOneMore ? 1 : 0)
        for (; next < end; next++) shares.get(memberId)?.push({ topic, partition: next })
      }
    }
    return shares
  },
}

/** All partitions of all topics dealt round to members in order, passing over those that don't subscribe to the topic. */
const roundRobin: Assignor = {
  name: 'roundrobin',
  cooperative: false,
  assign: (members, partitionCounts) => {
    const shares = sharesFor(members)
    const dealTo = inOrder(members)
    let turn = 0
    for (const topic of subscribedTopics(members)) {
      for (let partition = 0; partition < (partitionCounts.get(topic) ?? 0); partition++) {
        const passedOver = [...dealTo.slice(turn), ...dealTo.slice(0, turn)].findIndex(({ topics }) =>
          topics.includes(topic),
        )
        const taker = (turn + passedOver) % dealTo.length
        shares.get(dealTo[taker]?.memberId ?? '')?.push({ topic, partition })
        turn = (taker + 1) % dealTo.length
      }
    }
    return shares
  },
}

const prefix = 'org.apache.kafka.clients.consumer.'

/** The JVM's classes that `partition.assignment.strategy` may name. */
export const assignorClasses = {
  range: `${prefix}RangeAssignor`,
  roundRobin: `${prefix}RoundRobinAssignor`,
  cooperativeSticky: `${prefix}CooperativeStickyAssignor`,
} as const

const byClass: ReadonlyMap<string, Assignor> = new Map([
  [assignorClasses.range, range],
  [assignorClasses.roundRobin, roundRobin],
  [assignorClasses.cooperativeSticky, cooperativeSticky],
])

export const assignorOf = (className: string): Assignor | undefined => byClass.get(className)

const sharesFor = (members: readonly GroupMember[]): Map<string, TopicPartition[]> =>
  new Map(members.map(({ memberId }) => [memberId, []]))

const subscribedTopics = (members: readonly GroupMember[]): readonly string[] =>
  [...new Set(members.flatMap(({ topics }) => topics))].toSorted()

/** Static members first, by instance id, then the others by member id: the JVM's order. */
const inOrder = (members: readonly GroupMember[]): readonly GroupMember[] =>
  members.toSorted((a, b) => {
    if (a.instanceId !== null && b.instanceId !== null) return compare(a.instanceId, b.instanceId)
    if (a.instanceId !== null) return -1
    if (b.instanceId !== null) return 1
    return compare(a.memberId, b.memberId)
  })

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
