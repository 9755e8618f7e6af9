import type { TaskState, TaskStatus } from '../task/task.ts'

type Kind = 'connector' | 'task'

interface Counts {
  success: number
  failure: number
}

/** Counts how starts of connectors and tasks ended, by their changes of state: what runs or pauses has started, what fails before that has not. */
export class StartFigures {
  readonly #counts: Readonly<Record<Kind, Counts>> = {
    connector: { success: 0, failure: 0 },
    task: { success: 0, failure: 0 },
  }
  readonly #last = new Map<string, Map<number | undefined, TaskState>>()

  changed({
    connector,
    task,
    status: { state },
  }: {
    readonly connector: string
    readonly task?: number
    readonly status: TaskStatus
  }): void {
    const states = this.#last.get(connector) ?? new Map<number | undefined, TaskState>()
    this.#last.set(connector, states)
    const before = states.get(task)
    states.set(task, state)
    if (hasStarted(before)) return
    const counts = this.#counts[task === undefined ? 'connector' : 'task']
    if (hasStarted(state)) counts.success++
    else if (state === 'FAILED') counts.failure++
  }

  forget(connector: string): void {
    this.#last.delete(connector)
  }

  /** By Kafka Connect's names. Nothing has failed as long as nothing was tried. */
  attributes(): ReadonlyMap<string, number> {
    const entries = Object.entries(this.#counts).flatMap(([kind, { success, failure }]) => {
      const attempts = success + failure
      return [
        [`${kind}-startup-attempts-total`, attempts],
        [`${kind}-startup-success-total`, success],
        [`${kind}-startup-failure-total`, failure],
        [`${kind}-startup-success-percentage`, attempts === 0 ? 0 : success / attempts],
        [`${kind}-startup-failure-percentage`, attempts === 0 ? 0 : failure / attempts],
      ] as const
    })
    return new Map(entries)
  }
}

function hasStarted(state: TaskState | undefined): boolean {
  return state === 'RUNNING' || state === 'PAUSED'
}
