import { failuresInRow, restartDelayMs } from '../task/restart-policy.ts'
import type { Task, TaskStatus } from '../task/task.ts'
import { traceOf } from '../task/trace.ts'
import type { TaskEvents } from '../worker/task-host.ts'
import type { Guilt } from './guilt.ts'
import type { RemoteTaskSpec, RiderMessage } from './messages.ts'
import { fromPlainError, toPlainError } from './plain-error.ts'
import type { ThreadDeath } from './task-thread.ts'
import type { Rider, Seat, ThreadPool } from './thread-pool.ts'

export interface ThreadTaskOptions {
  readonly spec: Omit<RemoteTaskSpec, 'memberId' | 'confirms'>
  readonly dedicated: boolean
  readonly pool: Pick<ThreadPool, 'seat'>
  readonly events: TaskEvents
  /** It took two threads down. */
  readonly givenUp: (trace: string) => void
  /** Its code could not be loaded. */
  readonly unloaded: (trace: string) => void
}

/** Threads in a row that it took down, for certain, after which a task is not restarted at once. */
const deathsToFail = 2
const retryPolicy = { backoffMs: 10_000, backoffMaxMs: 3_600_000, max: -1 }
/** Beyond the time that the task itself was given; then its thread is taken for hung. */
const stopGraceMs = 2000

/**
 * A task that runs in a worker thread. When the thread is lost it goes on in another one, from its offsets: alone if it may be the cause. A task
 * that certainly took down two in a row has FAILED; after a crash it tries again later, after a hang it waits for a person.
 */
export class ThreadTask implements Task, Rider {
  readonly name: string
  readonly connector: string
  readonly light = false
  readonly #options: ThreadTaskOptions
  #status: TaskStatus = { state: 'UNASSIGNED' }
  #seat: Seat | undefined
  #paused: boolean
  #stopped = false
  #failures = 0
  /** Who it is in its group; what goes on for it after its thread was lost takes the same seat. */
  #memberId = ''
  #seatedAt = 0
  #retry: NodeJS.Timeout | undefined

  constructor(options: ThreadTaskOptions) {
    this.#options = options
    this.name = `${options.spec.connector}-${options.spec.index}`
    this.connector = options.spec.connector
    this.#paused = options.spec.paused
    this.#sit(options.dedicated)
  }

  status(): TaskStatus {
    return this.#status
  }

  pause(): void {
    this.#paused = true
    this.#seat?.thread.post({ type: 'pause', task: this.#seat.task })
  }

  resume(): void {
    this.#paused = false
    this.#seat?.thread.post({ type: 'resume', task: this.#seat.task })
  }

  async restart(): Promise<void> {
    if (this.#stopped) return
    const seat = this.#seat
    if (seat !== undefined) {
      // at once: who asks for the status next is not to see what was before
      this.#show({ state: 'RESTARTING' })
      // a thread that is lost meanwhile restarts the task anyway
      await seat.thread.call({ type: 'restart', task: seat.task }).catch(() => {})
      return
    }
    clearTimeout(this.#retry)
    this.#show({ state: 'RESTARTING' })
    this.#sit(true)
  }

  async stop({ timeoutMs }: { timeoutMs: number }): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#retry)
    const seat = this.#seat
    this.#seat = undefined
    if (seat !== undefined) await this.#leave(seat, timeoutMs)
    this.#show({ state: 'UNASSIGNED' })
  }

  take(message: RiderMessage): void {
    if (message.type === 'topic') this.#options.events.topic(message.topic)
    else if (message.type === 'named') this.#memberId = message.memberId
    else if (message.type === 'confirm') void this.#confirm(message.call)
    else if (this.#stopped) return
    else if (message.type === 'status') this.#show(message.status)
    else if (message.type === 'unloaded') this.#unloaded(fromPlainError(message.error))
  }

  lost(death: ThreadDeath, guilt: Guilt): void {
    this.#seat = undefined
    if (this.#stopped) return
    if (guilt === 'culprit') this.#count()
    if (guilt === 'culprit' && this.#failures >= deathsToFail) return this.#giveUp(death)
    this.#show({ state: 'RESTARTING' })
    this.#sit(guilt !== 'bystander' || this.#options.dedicated)
  }

  #sit(alone: boolean): void {
    const { pool, spec } = this.#options
    this.#seatedAt = performance.now()
    this.#seat = pool.seat(this, { alone })
    const { thread, task } = this.#seat
    const now = {
      paused: this.#paused,
      memberId: this.#memberId,
      confirms: this.#options.events.confirmCurrent !== undefined,
    }
    thread.post({ type: 'start', task, spec: { ...spec, ...now } })
  }

  async #confirm(call: number): Promise<void> {
    const seat = this.#seat
    try {
      await this.#options.events.confirmCurrent?.()
      seat?.thread.post({ type: 'answer', call })
    } catch (error) {
      seat?.thread.post({ type: 'answer', call, error: toPlainError(error) })
    }
  }

  async #leave(seat: Seat, timeoutMs: number): Promise<void> {
    const late = setTimeout(() => {
      seat.kill(`The thread did not stop the task ${this.name} within ${timeoutMs} ms.`)
    }, timeoutMs + stopGraceMs)
    try {
      await seat.thread.call({ type: 'stop', task: seat.task, timeoutMs })
    } catch {
      // the thread is lost, and the task with it
    } finally {
      clearTimeout(late)
      seat.leave()
    }
  }

  #giveUp(death: ThreadDeath): void {
    const trace = traceOf(death.error)
    this.#options.givenUp(trace)
    this.#fail(trace, death.how === 'crashed' ? this.#failures - deathsToFail + 1 : undefined)
  }

  /** A module that could not be loaded isn't tried again in the same thread. */
  #unloaded(error: Error): void {
    this.#seat?.leave()
    this.#seat = undefined
    this.#count()
    const trace = traceOf(error)
    this.#options.unloaded(trace)
    this.#fail(trace, this.#failures)
  }

  #count(): void {
    this.#failures = failuresInRow(this.#failures, performance.now() - this.#seatedAt)
  }

  /** `attempt`: how often it was tried again before, and one more; undefined: it waits for a person. */
  #fail(trace: string, attempt: number | undefined): void {
    const delayMs = attempt === undefined ? undefined : restartDelayMs(retryPolicy, attempt)
    if (delayMs === undefined) return this.#show({ state: 'FAILED', trace })
    this.#show({ state: 'FAILED', trace, nextTryAt: Date.now() + delayMs })
    this.#retry = setTimeout(() => void this.restart(), delayMs)
  }

  #show(status: TaskStatus): void {
    this.#status = status
    this.#options.events.status(status)
  }
}
