import type { KafkaError, TopicPartition } from '../types.ts'
import type { Member } from './group-apis.ts'

/** A seat in one generation of the group: what every heartbeat and commit names. */
export interface Seat extends Member {
  readonly partitions: readonly TopicPartition[]
  readonly cooperative: boolean
}

/** Where a member stands in its group. */
export type Membership =
  /** No seat: the next step is to join, under `memberId` where the coordinator gave one. */
  | { readonly state: 'out'; readonly memberId: string }
  /** JoinGroup and SyncGroup are under way. */
  | { readonly state: 'joining'; readonly memberId: string }
  /** Seated, heartbeats run; the caller hasn't been told yet. */
  | { readonly state: 'seated'; readonly seat: Seat }
  | { readonly state: 'stable'; readonly seat: Seat }
  /** The coordinator waits for this member; until it rejoins its seat is good for commits. */
  | { readonly state: 'rebalancing'; readonly seat: Seat }
  /** Thrown out or silent for too long: what it held may belong to others. `memberId` is empty where it isn't known any more. */
  | { readonly state: 'lost'; readonly memberId: string; readonly cause: KafkaError }
  /** Never to join again: closed, or another process took its `group.instance.id`. */
  | { readonly state: 'ended'; readonly cause: KafkaError }

export type MembershipEvent =
  | { readonly type: 'join' }
  /** The coordinator gave the joining member an id, or (empty) took it away. */
  | { readonly type: 'named'; readonly memberId: string }
  | { readonly type: 'joinFailed'; readonly memberId: string }
  | { readonly type: 'seated'; readonly seat: Seat }
  /** The caller knows its partitions. `again`: some were given up for that, so the group has to share out once more. */
  | { readonly type: 'told'; readonly again: boolean }
  | { readonly type: 'rebalance' }
  | { readonly type: 'lost'; readonly cause: KafkaError }
  /** The caller has given up what was lost. */
  | { readonly type: 'mourned' }
  | { readonly type: 'end'; readonly cause: KafkaError }

/** Answers that mean: somebody else speaks for this member now. */
const fenced: ReadonlySet<string> = new Set(['FENCED_INSTANCE_ID'])

/** The state after an event; the same state where the event says nothing new. */
export const next = (now: Membership, event: MembershipEvent): Membership => {
  if (now.state === 'ended') return now
  switch (event.type) {
    case 'join':
      return { state: 'joining', memberId: memberIdOf(now) }
    case 'named':
      return now.state === 'joining' ? { state: 'joining', memberId: event.memberId } : now
    case 'joinFailed':
      return now.state === 'joining' ? { state: 'out', memberId: event.memberId } : now
    case 'seated':
      return now.state === 'joining' ? { state: 'seated', seat: event.seat } : now
    case 'told':
      if (now.state !== 'seated') return now
      return { state: event.again ? 'rebalancing' : 'stable', seat: now.seat }
    case 'rebalance':
      return now.state === 'stable' || now.state === 'seated' ? { state: 'rebalancing', seat: now.seat } : now
    case 'lost':
      if (now.state === 'lost' || now.state === 'out') return now
      return {
        state: 'lost',
        // Otherwise the coordinator may still know it, and would wait for it if it came under another.
        memberId: event.cause.code === 'UNKNOWN_MEMBER_ID' ? '' : memberIdOf(now),
        cause: event.cause,
      }
    case 'mourned':
      if (now.state !== 'lost') return now
      return fenced.has(now.cause.code)
        ? { state: 'ended', cause: now.cause }
        : { state: 'out', memberId: now.memberId }
    case 'end':
      return { state: 'ended', cause: event.cause }
  }
}

export const memberIdOf = (membership: Membership): string => {
  if ('seat' in membership) return membership.seat.memberId
  return 'memberId' in membership ? membership.memberId : ''
}

/** The seat that commits are made under; none where they must be refused. */
export const seatOf = (membership: Membership): Seat | undefined =>
  'seat' in membership ? membership.seat : undefined
