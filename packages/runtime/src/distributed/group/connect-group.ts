import { KafkaError, type GroupMember, type GroupMemberOptions } from '../../kafka/types.ts'
import { type Assignment, connectProtocol, decodeAssignment, encodeState } from './connect-protocol.ts'
import { Leadership, type LeadershipOptions } from './leadership.ts'
import { keyOf, type Unit } from './unit.ts'

/** Where this worker stands in its cluster. */
export interface Standing {
  /** `out`: no seat; nothing is run. */
  readonly state: 'out' | 'seated'
  readonly generation: number
  readonly memberId: string
  readonly leads: boolean
  /** Undefined while none is known. */
  readonly leaderUrl: string | undefined
  /** What it is to run. */
  readonly units: readonly Unit[]
}

export interface ConnectGroupOptions extends LeadershipOptions {
  readonly groupId: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly heartbeatIntervalMs: number
  /** How long to stay away if the config topic can't be read as far as others have. */
  readonly unsyncBackoffMs: number
  readonly member: (options: GroupMemberOptions) => GroupMember
  /** Where this worker's REST answers. */
  readonly url: string
  /** Something of it changed: begin with what is new. What is gone was given to `stop`. */
  readonly changed: (standing: Standing) => void
  /** Ends these; resolves when they have ended and others may run them. Never rejects. */
  readonly stop: (units: readonly Unit[], why: 'revoked' | 'lost') => Promise<void>
  readonly events: {
    readonly joined: (standing: Standing, round: Pick<Assignment, 'assigned' | 'revoked' | 'delayMs'>) => void
    readonly lost: (cause: KafkaError, units: number) => void
    readonly behind: (backoffMs: number) => void
  }
}

/** So long after an assignment that could not be made the members join again. */
const againMs = 1000

/**
 * This worker's membership of its cluster. What it runs goes on through every rebalance; only what the leader takes away stops, and then the worker
 * joins again so that it can be given to another. Who can't reach the coordinator for as long as its session and the grace last gives up everything.
 */
export class ConnectGroup {
  readonly #options: ConnectGroupOptions
  readonly #member: GroupMember
  readonly #leadership: Leadership
  /** What this worker has: what is being stopped included, for others must not begin with it yet. */
  readonly #held = new Map<string, Unit>()
  readonly #stopping = new Set<string>()
  #standing: Standing = { ...out }
  #later: NodeJS.Timeout | undefined

  constructor(options: ConnectGroupOptions) {
    this.#options = options
    this.#leadership = new Leadership(options)
    const { groupId, sessionTimeoutMs, graceMs, rebalanceTimeoutMs, heartbeatIntervalMs } = options
    this.#member = options.member({
      groupId,
      protocolType: connectProtocol.type,
      protocol: connectProtocol.name,
      sessionTimeoutMs,
      graceMs,
      rebalanceTimeoutMs,
      heartbeatIntervalMs,
      metadata: () => this.#state(),
      lead: (members, { memberId }) => this.#leadership.shareOut(members, memberId),
      assigned: (assignment, seat) => this.#assigned(decodeAssignment(assignment), seat),
      lost: (cause) => this.#lost(cause),
    })
  }

  get standing(): Standing {
    return this.#standing
  }

  /** Whether this worker has a seat, and the coordinator has answered within a session: then nothing of it is about to be given to others. */
  get isInTouch(): boolean {
    return this.#standing.state === 'seated' && this.#member.silentMs < this.#options.sessionTimeoutMs
  }

  /** The url of the worker that was given a unit; only the leader knows. */
  ownerOf(unit: Unit): string | undefined {
    return this.#leadership.ownerOf(unit)
  }

  /** What is kept back for a worker that is gone; only the leader knows. */
  waiting(): readonly Unit[] {
    return this.#leadership.waiting
  }

  /** Whether any worker has a task of the connector, or is about to; only the leader knows. */
  hasTasks(connector: string): boolean {
    return this.#leadership.hasTasks(connector)
  }

  start(): void {
    this.#member.start()
  }

  /** There is more or less to run than before: the group shares out anew. */
  rebalance(): void {
    this.#member.rejoin()
  }

  /** Leaves. What it runs is to be ended before. */
  async close(): Promise<void> {
    clearTimeout(this.#later)
    await this.#member.close()
    this.#tell({ ...out })
  }

  #state(): Uint8Array {
    clearTimeout(this.#later)
    const { url, config } = this.#options
    return encodeState({ url, configOffset: config.offset(), held: [...this.#held.values()] })
  }

  async #assigned(
    assignment: Assignment,
    seat: { readonly memberId: string; readonly generation: number; readonly leads: boolean },
  ): Promise<void> {
    if (assignment.error === 'mismatch') return this.#joinIn(againMs)
    const { config, unsyncBackoffMs, events } = this.#options
    if (!(await config.readTo(assignment.configOffset))) {
      events.behind(unsyncBackoffMs)
      return this.#member.leaveFor(unsyncBackoffMs, behindError())
    }
    this.#leadership.seated(seat)
    for (const unit of assignment.assigned) this.#held.set(keyOf(unit), unit)
    const revoked = assignment.revoked.filter((unit) => !this.#stopping.has(keyOf(unit)))
    for (const unit of revoked) this.#stopping.add(keyOf(unit))
    const standing: Standing = {
      state: 'seated',
      ...seat,
      leaderUrl: assignment.leaderUrl,
      units: this.#toRun(),
    }
    events.joined(standing, assignment)
    if (revoked.length > 0) void this.#giveUp(revoked)
    if (assignment.delayMs > 0) this.#joinIn(assignment.delayMs)
    this.#tell(standing)
  }

  async #giveUp(units: readonly Unit[]): Promise<void> {
    await this.#options.stop(units, 'revoked')
    for (const unit of units) {
      this.#held.delete(keyOf(unit))
      this.#stopping.delete(keyOf(unit))
    }
    this.#member.rejoin()
  }

  async #lost(cause: KafkaError): Promise<void> {
    const units = [...this.#held.values()]
    this.#options.events.lost(cause, units.length)
    this.#leadership.lost()
    this.#held.clear()
    this.#tell({ ...out })
    await this.#options.stop(units, 'lost')
  }

  #toRun(): readonly Unit[] {
    return [...this.#held].flatMap(([key, unit]) => (this.#stopping.has(key) ? [] : [unit]))
  }

  #joinIn(ms: number): void {
    clearTimeout(this.#later)
    this.#later = setTimeout(() => this.#member.rejoin(), ms)
  }

  #tell(standing: Standing): void {
    this.#standing = standing
    this.#options.changed(standing)
  }
}

const out: Standing = {
  state: 'out',
  generation: -1,
  memberId: '',
  leads: false,
  leaderUrl: undefined,
  units: [],
}

const behindError = (): KafkaError =>
  new KafkaError(
    'The config topic could not be read as far as other workers have read it within worker.sync.timeout.ms, so this worker leaves its cluster for worker.unsync.backoff.ms. ' +
      'Is the topic the same for all workers, and does its leader answer?',
    { code: 'CONFIG_BEHIND', retriable: true },
  )
