import { KafkaError } from '../types.ts'
import type { Seat } from './membership.ts'

export interface HeartbeatOptions {
  readonly intervalMs: number
  readonly sessionTimeoutMs: number
  /** How much longer than the session nobody else gets what goes with the seat: silence is borne for so long. Default: 0. */
  readonly graceMs?: number
  /** How soon a failed heartbeat is tried again. */
  readonly retryMs: number
  readonly send: (seat: Seat, call: { timeoutMs: number; signal: AbortSignal }) => Promise<void>
  /** The coordinator answered REBALANCE_IN_PROGRESS: it waits for this member. */
  readonly rebalance: () => void
  /** The seat is gone, or as long without an answer as the session lasts: then it has to be taken for gone. */
  readonly lost: (cause: KafkaError) => void
  /** Called before each heartbeat; an error is given to `lost` instead of sending it. */
  readonly check: () => KafkaError | undefined
}

/** Answers that mean the seat is somebody else's or nobody's. */
const seatGone: ReadonlySet<string> = new Set([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
])

/** Whether an answer to a heartbeat or commit means that the member has lost its seat. */
export const losesSeat = (error: unknown): error is KafkaError =>
  error instanceof KafkaError && seatGone.has(error.code)

/** Heartbeats for one seat from the time it is made until `stop`, on a timer of its own, whatever the caller does. */
export class Heartbeats {
  readonly #seat: Seat
  readonly #options: HeartbeatOptions
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  /** When the last heartbeat that was answered had been sent: from then the coordinator counts, at the earliest. */
  #aliveAt = performance.now()

  constructor(seat: Seat, options: HeartbeatOptions) {
    this.#seat = seat
    this.#options = options
    this.#beatIn(options.intervalMs)
  }

  /** No answer for as long as the session lasts: others may have the partitions, even if no answer says so (a process that was stopped). */
  get expired(): KafkaError | undefined {
    const silentMs = performance.now() - this.#aliveAt
    const { sessionTimeoutMs, graceMs = 0 } = this.#options
    if (silentMs < sessionTimeoutMs + graceMs) return undefined
    const grace = graceMs > 0 ? `, and others wait for ${graceMs} ms more` : ''
    return new KafkaError(
      `Member ${this.#seat.memberId} of group ${this.#seat.groupId} had no answer to a heartbeat for ${Math.round(silentMs)} ms; ` +
        `its session lasts ${sessionTimeoutMs} ms (session.timeout.ms)${grace}, so what it has is given up.`,
      { code: 'SESSION_EXPIRED', retriable: false },
    )
  }

  stop(): void {
    this.#stopping.abort()
    clearTimeout(this.#timer)
  }

  #beatIn(ms: number): void {
    this.#timer = setTimeout(() => void this.#beat(), ms)
  }

  async #beat(): Promise<void> {
    const { intervalMs, sessionTimeoutMs, send, check } = this.#options
    const { signal } = this.#stopping
    const gone = this.expired ?? check()
    if (gone) return this.#lose(gone)
    const sentAt = performance.now()
    try {
      await send(this.#seat, { timeoutMs: Math.ceil(sessionTimeoutMs / 3), signal })
      this.#aliveAt = sentAt
      if (!signal.aborted) this.#beatIn(intervalMs)
    } catch (error) {
      if (!signal.aborted) this.#failed(error, sentAt)
    }
  }

  #failed(error: unknown, sentAt: number): void {
    if (losesSeat(error)) return this.#lose(error)
    const waited = error instanceof KafkaError && error.code === 'REBALANCE_IN_PROGRESS'
    if (waited) {
      this.#aliveAt = sentAt
      this.#options.rebalance()
    }
    this.#beatIn(waited ? this.#options.intervalMs : this.#options.retryMs)
  }

  #lose(cause: KafkaError): void {
    this.stop()
    this.#options.lost(cause)
  }
}
