import type { ClientConfig } from '../client-config.ts'
import type { ConsumerConfig } from '../consumer-config.ts'
import { closedError } from '../errors.ts'
import { retrying } from '../retry.ts'
import type { KafkaError, KafkaOptions, TopicPartition } from '../types.ts'
import { endsWithin } from './ends-within.ts'
import type { GroupCalls } from './group-calls.ts'
import { Heartbeats, losesSeat } from './heartbeats.ts'
import { join } from './join.ts'
import { type Membership, type MembershipEvent, memberIdOf, next, type Seat, seatOf } from './membership.ts'
import { without } from './partitions.ts'
import { noSeat, polledTooLate } from './session-errors.ts'
import type { Subscriptions } from './subscriptions.ts'

export interface GroupSessionOptions {
  readonly calls: GroupCalls
  readonly clientConfig: ClientConfig
  readonly config: ConsumerConfig
  readonly subscriptions: Subscriptions
  readonly log: KafkaOptions['log']
  /** Awaited before the partitions count as owned. */
  readonly assigned: (partitions: readonly TopicPartition[], how: { epoch: number }) => Promise<void>
  /** Awaited; the partitions are no longer owned when it is called. */
  readonly revoked: (partitions: readonly TopicPartition[], how: { lost: boolean }) => Promise<void>
  /** The member stands elsewhere in the group than before: whoever waits in a poll calls `advance` again. */
  readonly changed: () => void
  /** Whether the caller waits in a poll: `max.poll.interval.ms` doesn't run meanwhile. */
  readonly idleMs: () => number
  /** The member id to come back under; empty: a new one. */
  readonly successorOf: string
  /** The coordinator knows this member by the id from now on; empty: by none. */
  readonly named: (memberId: string) => void
}

/** How long leaving may take: a group that can't be told notices by itself when the session ends. */
const leaveTimeoutMs = 5000

/**
 * One member's life in its group: joins, is told its partitions, gives way to rebalances, loses its seat. Everything that calls back
 * happens in `advance`; heartbeats and a join that waits for other members go on beside it.
 */
export class GroupSession {
  readonly #options: GroupSessionOptions
  readonly #closing = new AbortController()
  #membership: Membership
  #owned: readonly TopicPartition[] = []
  #generation = -1
  #heartbeats: Heartbeats | undefined
  #joining: { readonly done: Promise<void>; error?: unknown } | undefined
  #rebalancing = new AbortController()

  constructor(options: GroupSessionOptions) {
    this.#options = options
    this.#membership = { state: 'out', memberId: options.successorOf }
  }

  get rebalancing(): AbortSignal {
    return this.#rebalancing.signal
  }

  /** What the caller has been told is its own. */
  get owned(): readonly TopicPartition[] {
    return this.#owned
  }

  /** True while what was fetched may be delivered. */
  get delivering(): boolean {
    this.#noticeSilence()
    const { state } = this.#membership
    // Who joins and still owns something is a cooperative member.
    return state === 'stable' || (state === 'joining' && this.#owned.length > 0)
  }

  /** The seat for a commit. Throws where the member has none: then its partitions are or will be somebody else's. */
  seat(): Seat {
    const seat = seatOf(this.#membership)
    if (seat) return seat
    const { state } = this.#membership
    const rejoining = (state === 'joining' || state === 'out') && this.#owned.length > 0
    throw noSeat(this.#options.calls.name, this.#membership, rejoining)
  }

  lose(cause: KafkaError): void {
    if (this.#membership.state === 'lost' || this.#membership.state === 'ended') return
    this.#options.log.warn(`The seat in ${this.#options.calls.name} is lost: ${cause.message}`)
    this.#on({ type: 'lost', cause })
  }

  rebalance(): void {
    this.#on({ type: 'rebalance' })
  }

  /** Looks for changes of the topics at the next opportunity: one that is read may have been deleted. */
  checkTopics(): void {
    this.#options.subscriptions.checkSoon()
  }

  /** Goes on until partitions may be delivered: true; or until time is up: false. Callbacks' errors are passed on. */
  async advance(call: { untilMs: number; signal: AbortSignal }): Promise<boolean> {
    for (;;) {
      call.signal.throwIfAborted()
      this.#noticeSilence()
      const now = this.#membership
      if (now.state === 'stable') {
        void this.#watchTopics()
        return true
      }
      if (now.state === 'joining') {
        if (await this.#joined(call)) continue
        return this.#owned.length > 0
      }
      await this.#step(now, call.signal)
    }
  }

  /** Gives up what is owned, callback included, and leaves the group. */
  async close(): Promise<void> {
    const held = this.#owned
    this.#noticeSilence()
    const lost = seatOf(this.#membership) === undefined
    try {
      if (held.length > 0) await this.#revoke(held, lost)
    } finally {
      await this.#leave()
    }
  }

  async #step(now: Exclude<Membership, { state: 'joining' | 'stable' }>, signal: AbortSignal): Promise<void> {
    switch (now.state) {
      case 'out':
        return this.#startJoining(signal)
      case 'seated':
        return this.#tell(now.seat)
      case 'rebalancing':
        if (!now.seat.cooperative) await this.#revoke(this.#owned, false)
        if (this.#membership.state === 'rebalancing') await this.#startJoining(signal)
        return
      case 'lost':
        await this.#revoke(this.#owned, true)
        return this.#on({ type: 'mourned' })
      case 'ended':
        throw now.cause
    }
  }

  async #startJoining(signal: AbortSignal): Promise<void> {
    const { clientConfig, config, subscriptions } = this.#options
    const topics = await retrying(
      { config: clientConfig, timeoutMs: config.defaultApiTimeoutMs, signal },
      () => subscriptions.topics(signal),
    )
    const before = this.#membership
    if (before.state !== 'out' && before.state !== 'rebalancing') return
    this.#on({ type: 'join' })
    // What a cooperative member has kept is worked on while the group waits for its other members.
    if (this.#owned.length > 0) this.#undisturbed()
    const joining: { done: Promise<void>; error?: unknown } = { done: Promise.resolve() }
    joining.done = this.#join(topics, memberIdOf(before)).catch((error: unknown) => {
      joining.error = error
    })
    this.#joining = joining
  }

  /** Runs beside the polls that wait for it. */
  async #join(topics: readonly string[], startId: string): Promise<void> {
    const { calls, clientConfig, config, subscriptions } = this.#options
    const { signal } = this.#closing
    let memberId = startId
    const options = {
      calls,
      config: clientConfig,
      patienceMs: config.defaultApiTimeoutMs,
      instanceId: config.groupInstanceId,
      sessionTimeoutMs: config.sessionTimeoutMs,
      rebalanceTimeoutMs: config.maxPollIntervalMs,
      assignors: config.assignors,
      subscription: { topics, owned: this.#owned, generation: this.#generation, rack: config.rack || null },
      partitionCounts: (names: readonly string[]) => subscriptions.partitionCounts(names, signal),
      named: (id: string) => {
        memberId = id
        this.#on({ type: 'named', memberId })
      },
      signal,
    }
    try {
      this.#seat(await join(options, startId))
    } catch (error) {
      if (this.#owned.length > 0 && losesSeat(error)) return this.lose(error)
      this.#on({ type: 'joinFailed', memberId })
      throw error
    }
  }

  #seat(seat: Seat): void {
    if (this.#membership.state !== 'joining') return
    const { calls, clientConfig, config } = this.#options
    // Others wait for what is to be given up, and nobody for the rest.
    if (without(this.#owned, seat.partitions).length > 0) this.#rebalancing.abort()
    else this.#undisturbed()
    this.#generation = seat.generation
    this.#on({ type: 'seated', seat })
    this.#heartbeats = new Heartbeats(seat, {
      intervalMs: config.heartbeatIntervalMs,
      sessionTimeoutMs: config.sessionTimeoutMs,
      retryMs: Math.min(clientConfig.retryBackoffMs, config.heartbeatIntervalMs),
      send: (to, call) => calls.heartbeat(to, call),
      rebalance: () => this.rebalance(),
      lost: (cause) => this.lose(cause),
      check: () => this.#pollTooLate(),
    })
  }

  /** True once the join has ended, one way or the other. */
  async #joined(call: { untilMs: number; signal: AbortSignal }): Promise<boolean> {
    const joining = this.#joining
    if (joining === undefined) throw new RangeError('Nothing joins.')
    // Partitions that a cooperative rebalance leaves here are read on meanwhile.
    const waitMs = this.#owned.length > 0 ? 0 : Math.max(0, call.untilMs - performance.now())
    const done = await endsWithin(joining.done, waitMs, call.signal)
    if (!done) return false
    this.#joining = undefined
    if (joining.error !== undefined) throw joining.error
    return true
  }

  async #tell(seat: Seat): Promise<void> {
    const gone = without(this.#owned, seat.partitions)
    await this.#revoke(gone, false)
    const added = without(seat.partitions, this.#owned)
    if (added.length > 0) await this.#options.assigned(added, { epoch: seat.generation })
    this.#owned = seat.partitions
    this.#on({ type: 'told', again: gone.length > 0 })
  }

  async #revoke(partitions: readonly TopicPartition[], lost: boolean): Promise<void> {
    if (partitions.length === 0) return
    this.#owned = without(this.#owned, partitions)
    await this.#options.revoked(partitions, { lost })
  }

  async #watchTopics(): Promise<void> {
    const { subscriptions, log } = this.#options
    if (!subscriptions.checkDue) return
    try {
      if (await subscriptions.changed(this.#closing.signal)) this.rebalance()
    } catch (error) {
      log.debug('Topics could not be checked for changes.', error)
    }
  }

  #noticeSilence(): void {
    const expired = this.#heartbeats?.expired
    if (expired && seatOf(this.#membership)) this.lose(expired)
  }

  #pollTooLate(): KafkaError | undefined {
    const { calls, config, idleMs } = this.#options
    if (idleMs() <= config.maxPollIntervalMs) return undefined
    const member = seatOf(this.#membership)
    if (member && member.instanceId === null) void this.#tellLeaving(member)
    return polledTooLate(calls.name, config.maxPollIntervalMs)
  }

  async #leave(): Promise<void> {
    const last = this.#membership
    const memberId = memberIdOf(last)
    this.#on({ type: 'end', cause: closedError('The consumer') })
    this.#closing.abort(closedError('The consumer'))
    await this.#joining?.done
    const { calls, config } = this.#options
    if (memberId === '' || config.groupInstanceId !== null || last.state === 'lost') return
    const member = { groupId: calls.groupId, generation: this.#generation, memberId, instanceId: null }
    await this.#tellLeaving(member, last.state === 'joining')
  }

  /** `afterJoin`: past a JoinGroup that may wait for others on the same connection. */
  async #tellLeaving(member: Parameters<GroupCalls['leave']>[0], afterJoin = false): Promise<void> {
    const { calls, log } = this.#options
    try {
      if (afterJoin) await calls.disconnect()
      await calls.leave(member, { timeoutMs: leaveTimeoutMs })
    } catch (error) {
      log.debug(`${calls.name} could not be told that this member leaves; it will notice.`, error)
    }
  }

  /** The next work may take its time, until there is something to give way to again. */
  #undisturbed(): void {
    if (this.#rebalancing.signal.aborted) this.#rebalancing = new AbortController()
  }

  #on(event: MembershipEvent): void {
    const before = this.#membership
    const after = next(before, event)
    this.#membership = after
    if (after === before) return
    if (memberIdOf(after) !== memberIdOf(before)) this.#options.named(memberIdOf(after))
    if (!('seat' in after)) this.#heartbeats?.stop()
    if (after.state === 'rebalancing' || after.state === 'lost' || after.state === 'ended')
      this.#rebalancing.abort()
    this.#options.changed()
  }
}
