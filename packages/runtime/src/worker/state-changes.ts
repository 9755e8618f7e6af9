import type { EventEmitter } from 'node:events'
import type { TaskStatus } from '../task/task.ts'
import type { WorkerEventLog } from '../telemetry/worker-events.ts'
import type { WorkerFigures } from '../telemetry/worker-figures.ts'
import type { WorkerEvents } from './events.ts'

export interface StatusChange {
  readonly connector: string
  readonly task?: number
  readonly status: TaskStatus
}

/** Tells changes of state to the log, the figures and whoever listens. A status that only says more about the same state is none. */
export class StateChanges {
  readonly #log: WorkerEventLog
  readonly #emitter: EventEmitter<WorkerEvents>
  readonly #figures: Pick<WorkerFigures, 'changed'>
  readonly #last = new Map<string, Map<number | undefined, string>>()

  constructor(
    log: WorkerEventLog,
    emitter: EventEmitter<WorkerEvents>,
    figures: Pick<WorkerFigures, 'changed'>,
  ) {
    this.#figures = figures
    this.#log = log
    this.#emitter = emitter
  }

  take(change: StatusChange): void {
    const { connector, task, status } = change
    this.#figures.changed(change)
    const states = this.#last.get(connector) ?? new Map<number | undefined, string>()
    this.#last.set(connector, states)
    if (states.get(task) === status.state && status.state !== 'FAILED') return
    states.set(task, status.state)
    this.#log.state(connector, task, status)
    this.#emit({ connector, ...(task !== undefined && { task }) }, status)
  }

  forget(connector: string): void {
    this.#last.delete(connector)
  }

  #emit(where: { readonly connector: string; readonly task?: number }, { state, trace }: TaskStatus): void {
    try {
      this.#emitter.emit('state', { ...where, state, ...(trace !== undefined && { trace }) })
      // an `error` that nobody listens to would be thrown
      if (state !== 'FAILED' || this.#emitter.listenerCount('error') === 0) return
      this.#emitter.emit('error', { ...where, trace: trace ?? '' })
    } catch (error) {
      this.#log.listenerFailed(error)
    }
  }
}
