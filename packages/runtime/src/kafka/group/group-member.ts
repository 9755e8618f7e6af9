import { backoffMs } from '../backoff.ts'
import type { Cluster } from '../cluster.ts'
import { asKafkaError, closedError } from '../errors.ts'
import { sleep } from '../sleep.ts'
import { Trouble } from '../trouble.ts'
import { KafkaError, type GroupMember, type GroupMemberOptions, type KafkaOptions } from '../types.ts'
import type { JoinAnswer } from './group-apis.ts'
import { GroupCalls } from './group-calls.ts'
import { Heartbeats } from './heartbeats.ts'
import { type GivenSeat, takeSeat } from './take-seat.ts'

export interface GroupMemberParts {
  /** The member's own: its waiting JoinGroup would hold up what others ask of the same broker. Closed with it. */
  readonly cluster: Cluster
  readonly log: KafkaOptions['log']
}

/** Why a seat is given up: to take one in the next generation, or because it was lost. */
type Notice = { readonly type: 'rejoin' } | { readonly type: 'lost'; readonly cause: KafkaError }

const leaveTimeoutMs = 5000

/** A member's life: takes a seat, is told what the leader gives it, keeps the seat by heartbeats until there is a reason to take the next one. */
export class RunningMember implements GroupMember {
  readonly #options: GroupMemberOptions
  readonly #cluster: Cluster
  readonly #log: KafkaOptions['log']
  readonly #calls: GroupCalls
  readonly #closing = new AbortController()
  #memberId = ''
  #generation = -1
  /** Something may be held under a seat: to be given up when that is lost. */
  #seated = false
  #notice = Promise.withResolvers<Notice>()
  #outUntil = 0
  /** A JoinGroup may be waiting for others. */
  #joining = false
  #heardAt = performance.now()
  /** Since when the coordinator can't be reached while this member wants to join. */
  #failingSince: number | undefined
  #running: Promise<void> | undefined

  constructor(options: GroupMemberOptions, { cluster, log }: GroupMemberParts) {
    this.#options = options
    this.#cluster = cluster
    this.#log = log
    this.#calls = new GroupCalls(cluster, options.groupId)
  }

  start(): void {
    this.#running ??= this.#run()
  }

  get silentMs(): number {
    return performance.now() - this.#heardAt
  }

  rejoin(): void {
    this.#notice.resolve({ type: 'rejoin' })
  }

  leaveFor(ms: number, cause: KafkaError): void {
    this.#outUntil = performance.now() + ms
    this.#notice.resolve({ type: 'lost', cause })
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    const joining = this.#joining
    this.#closing.abort(closedError('The member of the group'))
    this.#notice.resolve({ type: 'rejoin' })
    await this.#running
    await this.#leave(joining)
    this.#cluster.close()
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      // what is asked for from here on is for the next generation but one: this one doesn't know of it
      this.#notice = Promise.withResolvers<Notice>()
      const { promise: noticed } = this.#notice
      this.#joining = true
      const seat = await this.#takeSeat().catch(() => undefined)
      this.#joining = false
      if (seat === undefined) continue
      const heartbeats = this.#keep(seat)
      const notice = await this.#tell(seat, noticed)
      heartbeats.stop()
      if (notice.type === 'lost') await this.#lose(notice.cause)
    }
  }

  /** Tries until there is one. Rejects when the member is closed. */
  async #takeSeat(): Promise<GivenSeat> {
    const { signal } = this.#closing
    const { retryBackoffMs: first, retryBackoffMaxMs: max } = this.#cluster.config
    const trouble = new Trouble(`Joining ${this.#calls.name}`, { log: this.#log })
    await sleep(Math.max(0, this.#outUntil - performance.now()), signal)
    for (let attempt = 0; ; attempt++) {
      try {
        const seat = await this.#tryOnce()
        trouble.over()
        return seat
      } catch (error) {
        signal.throwIfAborted()
        await this.#failed(asKafkaError(error, `joining ${this.#calls.name}`), trouble)
      }
      await sleep(backoffMs({ first, max, attempt }), signal)
    }
  }

  #tryOnce(): Promise<GivenSeat> {
    const { sessionTimeoutMs, rebalanceTimeoutMs, protocolType, protocol, metadata } = this.#options
    return takeSeat(
      {
        calls: this.#calls,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        memberId: this.#memberId,
        instanceId: null,
        protocolType,
        protocols: [{ name: protocol, metadata: metadata() }],
        shareOut: (joined) => this.#lead(joined),
        named: (memberId) => (this.#memberId = memberId),
      },
      this.#closing.signal,
    )
  }

  async #lead(joined: JoinAnswer): Promise<ReadonlyArray<{ memberId: string; assignment: Uint8Array }>> {
    const shares = await this.#options.lead(joined.members, joined)
    return joined.members.map(({ memberId }) => ({
      memberId,
      assignment: shares.get(memberId) ?? new Uint8Array(),
    }))
  }

  async #failed(error: KafkaError, trouble: Trouble): Promise<void> {
    if (error.code === 'REBALANCE_IN_PROGRESS' || error.code === 'ILLEGAL_GENERATION') return
    if (error.code === 'UNKNOWN_MEMBER_ID') return this.#lose(error)
    if (error.retriable) trouble.goesOn(error)
    else this.#log.error(`Joining ${this.#calls.name} fails and is tried again: ${error.message}`)
    this.#failingSince ??= error.code === 'TIMEOUT' ? this.#heardAt : performance.now()
    const silentMs = performance.now() - this.#failingSince
    const { sessionTimeoutMs, graceMs } = this.#options
    if (silentMs >= sessionTimeoutMs + graceMs) await this.#lose(error)
  }

  #keep(seat: GivenSeat): Heartbeats {
    const { sessionTimeoutMs, graceMs, heartbeatIntervalMs } = this.#options
    this.#heardAt = performance.now()
    this.#failingSince = undefined
    this.#memberId = seat.memberId
    this.#generation = seat.generation
    this.#seated = true
    const notice = this.#notice
    return new Heartbeats(
      { ...seat, partitions: [], cooperative: true },
      {
        intervalMs: heartbeatIntervalMs,
        sessionTimeoutMs,
        graceMs,
        retryMs: Math.min(this.#cluster.config.retryBackoffMs, heartbeatIntervalMs),
        send: async (to, call) => {
          await this.#calls.heartbeat(to, call)
          this.#heardAt = performance.now()
        },
        rebalance: () => notice.resolve({ type: 'rejoin' }),
        lost: (cause) => notice.resolve({ type: 'lost', cause }),
        check: () => undefined,
      },
    )
  }

  /** Tells what the leader gave, and waits until there is a reason to leave the seat. */
  async #tell({ assignment, ...seat }: GivenSeat, noticed: Promise<Notice>): Promise<Notice> {
    try {
      await this.#options.assigned(assignment, seat)
    } catch (error) {
      this.#log.error(`What the leader of ${this.#calls.name} assigned can't be read.`, error)
    }
    return noticed
  }

  async #lose(cause: KafkaError): Promise<void> {
    if (cause.code === 'UNKNOWN_MEMBER_ID') this.#memberId = ''
    if (!this.#seated) return
    this.#seated = false
    if (this.#outUntil > performance.now()) await this.#leave(false)
    await this.#options.lost(cause)
  }

  /** `joining`: past a JoinGroup that may wait for others on the same connection. */
  async #leave(joining: boolean): Promise<void> {
    const member = {
      groupId: this.#calls.groupId,
      generation: this.#generation,
      memberId: this.#memberId,
      instanceId: null,
    }
    if (this.#memberId === '') return
    this.#memberId = ''
    try {
      if (joining) await this.#calls.disconnect()
      await this.#calls.leave(member, { timeoutMs: leaveTimeoutMs })
    } catch (error) {
      this.#log.debug(
        `${this.#calls.name} could not be told that this member leaves; it will notice.`,
        error instanceof KafkaError ? error.message : error,
      )
    }
  }
}
