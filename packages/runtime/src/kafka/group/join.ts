import { backoffMs } from '../backoff.ts'
import type { ClientConfig } from '../client-config.ts'
import { retrying } from '../retry.ts'
import { sleep } from '../sleep.ts'
import { KafkaError, type TopicPartition } from '../types.ts'
import type { Assignor, GroupMember } from './assignors.ts'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  type Subscription,
} from './consumer-protocol.ts'
import type { JoinAnswer } from './group-apis.ts'
import type { GroupCalls } from './group-calls.ts'
import { losesSeat } from './heartbeats.ts'
import type { Seat } from './membership.ts'
import { takeSeat } from './take-seat.ts'

export interface JoinOptions {
  readonly calls: GroupCalls
  readonly config: ClientConfig
  /** How long errors that may pass are borne, one after the other. */
  readonly patienceMs: number
  readonly instanceId: string | null
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  /** Preferred first. */
  readonly assignors: readonly Assignor[]
  readonly subscription: Subscription
  /** Asked when this member leads: the number of partitions of each topic that exists. */
  readonly partitionCounts: (topics: readonly string[]) => Promise<ReadonlyMap<string, number>>
  /** The coordinator gave this member an id. */
  readonly named: (memberId: string) => void
  readonly signal: AbortSignal
}

/** Answers to JoinGroup and SyncGroup after which the join simply starts again. */
const startAgain: ReadonlySet<string> = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
])

/**
 * Joins the group and waits for the assignment: JoinGroup, the sharing out if this member leads, SyncGroup. Retries what a new
 * coordinator or a rebalance in between asks for; rejects with what only a change of settings can mend, or what lasted for `patienceMs`.
 */
export const join = async (options: JoinOptions, memberId: string): Promise<Seat> => {
  let id = memberId
  const named = (newId: string): void => {
    id = newId
    options.named(newId)
  }
  const { retryBackoffMs: first, retryBackoffMaxMs: max } = options.config
  for (let again = 0; ; again++) {
    try {
      return await retrying(
        { config: options.config, timeoutMs: options.patienceMs, signal: options.signal },
        () => joinOnce(options, id, named),
      )
    } catch (error) {
      if (!(error instanceof KafkaError && startAgain.has(error.code))) throw error
      // Who kept partitions has lost them then and must give them up first.
      if (losesSeat(error) && options.subscription.owned.length > 0) throw error
      if (error.code === 'UNKNOWN_MEMBER_ID') named('')
    }
    // The others wait for this member, so the first time it doesn't wait itself.
    if (again > 0) await sleep(backoffMs({ first, max, attempt: again - 1 }), options.signal)
  }
}

const joinOnce = async (
  options: JoinOptions,
  memberId: string,
  named: (memberId: string) => void,
): Promise<Seat> => {
  const { calls, instanceId, assignors, sessionTimeoutMs, rebalanceTimeoutMs, signal } = options
  const metadata = encodeSubscription(options.subscription)
  const {
    leads: _,
    assignment,
    ...member
  } = await takeSeat(
    {
      calls,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId,
      instanceId,
      protocolType: 'consumer',
      protocols: assignors.map(({ name }) => ({ name, metadata })),
      shareOut: (joined) => shareOut(options, joined),
      named,
    },
    signal,
  )
  return {
    ...member,
    partitions: decodeAssignment(assignment),
    cooperative: assignors.every((one) => one.cooperative),
  }
}

const shareOut = async (
  options: JoinOptions,
  joined: JoinAnswer,
): Promise<ReadonlyArray<{ memberId: string; assignment: Buffer }>> => {
  const { assignors } = options
  const assignor = assignors.find(({ name }) => name === joined.protocol) ?? assignors[0]
  if (assignor === undefined) throw new RangeError('A member needs an assignor.')
  const members = joined.members.map(({ memberId, instanceId, metadata }): GroupMember => {
    const { topics, owned, generation } = decodeSubscription(metadata)
    return { memberId, instanceId, topics, owned, generation }
  })
  const counts = await options.partitionCounts([...new Set(members.flatMap(({ topics }) => topics))])
  const shares = assignor.assign(members, counts)
  return members.map(({ memberId }) => ({
    memberId,
    assignment: encodeAssignment(shares.get(memberId) ?? ([] as readonly TopicPartition[])),
  }))
}
