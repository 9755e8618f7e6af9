import { type Json, stringifyJson } from '@sluice/template'
import { onAbort } from '../task/signals.ts'
import { failuresInRow, restartDelayMs } from '../task/restart-policy.ts'
import type { Guilt } from './guilt.ts'
import type { RemoteSpec, RiderMessage } from './messages.ts'
import type { ThreadDeath } from './task-thread.ts'
import type { Rider, Seat, ThreadPool } from './thread-pool.ts'

export interface SplitWatchOptions {
  readonly spec: RemoteSpec
  readonly maxTasks: number
  /** How the work is divided as far as the tasks know. */
  readonly slices: readonly Json[]
  readonly pool: Pick<ThreadPool, 'seat'>
  /** A split that takes longer has failed. */
  readonly limitMs: number
  /** Ends it. */
  readonly signal: AbortSignal
  readonly resplit: () => void
  readonly divided: (slices: readonly Json[]) => void
  /** It doesn't watch now and begins again after so long. */
  readonly lost: (reason: string, restartMs: number) => void
}

const restartPolicy = { backoffMs: 10_000, backoffMaxMs: 3_600_000, max: -1 }

/**
 * Keeps a split's context in a thread of the pool, beside the connector's tasks, so that the connector may look out for changes. Its first answer
 * is compared with what the tasks have, for something may have changed since they were divided or while nobody watched. It begins again
 * by itself, whatever ends it but the signal.
 */
export class SplitWatch implements Rider {
  readonly name: string
  readonly connector: string
  readonly light = true
  readonly #options: SplitWatchOptions
  #slices: string
  #seat: Seat | undefined
  #seatedAt = 0
  #alone = false
  #failures = 0
  /** The limit of a split, or the wait for the next one. */
  #timer: NodeJS.Timeout | undefined

  constructor(options: SplitWatchOptions) {
    this.#options = options
    this.connector = options.spec.connector
    this.name = `${this.connector}-split`
    this.#slices = stringifyJson(options.slices)
  }

  start(): void {
    if (this.#options.signal.aborted) return
    onAbort(this.#options.signal, () => this.#rise())
    this.#sit()
  }

  take(message: RiderMessage): void {
    if (message.type === 'resplit') this.#options.resplit()
    else if (message.type === 'divided') this.#compare(message.slices)
    else if (message.type === 'undivided') this.#again(message.error.message)
  }

  lost(death: ThreadDeath, guilt: Guilt): void {
    this.#seat = undefined
    clearTimeout(this.#timer)
    if (guilt === 'bystander') return this.#sit()
    this.#alone = true
    this.#again(death.error.message)
  }

  #sit(): void {
    const { pool, spec, maxTasks, limitMs } = this.#options
    this.#seatedAt = performance.now()
    this.#seat = pool.seat(this, { alone: this.#alone })
    const { thread, task } = this.#seat
    this.#timer = setTimeout(() => this.#again(`It gave no answer within ${limitMs} ms.`), limitMs)
    this.#timer.unref()
    thread.post({ type: 'watch', task, spec, maxTasks })
  }

  #compare(slices: readonly Json[]): void {
    clearTimeout(this.#timer)
    const text = stringifyJson(slices)
    if (text === this.#slices) return
    this.#slices = text
    this.#options.divided(slices)
  }

  #again(reason: string): void {
    this.#rise()
    this.#failures = failuresInRow(this.#failures, performance.now() - this.#seatedAt)
    const delayMs = restartDelayMs(restartPolicy, this.#failures)!
    this.#options.lost(reason, delayMs)
    this.#timer = setTimeout(() => this.#sit(), delayMs)
    this.#timer.unref()
  }

  #rise(): void {
    clearTimeout(this.#timer)
    const seat = this.#seat
    this.#seat = undefined
    seat?.thread.post({ type: 'unwatch', task: seat.task })
    seat?.leave()
  }
}
