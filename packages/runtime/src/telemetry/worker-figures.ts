import type { TaskStatus } from '../task/task.ts'
import { RebalanceFigures } from './rebalance-figures.ts'
import { StartFigures } from './start-figures.ts'
import { TaskFigures } from './task-figures.ts'

export interface WorkerFigures {
  /** The figures of a task; the same ones for the same task, restarts included. */
  task(connector: string, task: number): TaskFigures
  /** Starts of connectors and tasks. */
  readonly starts: StartFigures
  /** Of the group of workers; without figures as long as there is none. */
  readonly rebalances: RebalanceFigures
  /** A connector or a task of this worker is in that state now. */
  changed(change: { readonly connector: string; readonly task?: number; readonly status: TaskStatus }): void
  /** Forgets a deleted connector's. */
  forget(connector: string): void
}

export function createWorkerFigures(): WorkerFigures {
  const connectors = new Map<string, Map<number, TaskFigures>>()
  const starts = new StartFigures()
  const taskOf = (connector: string, task: number): TaskFigures => {
    const tasks = connectors.get(connector) ?? new Map<number, TaskFigures>()
    connectors.set(connector, tasks)
    const figures = tasks.get(task) ?? new TaskFigures()
    tasks.set(task, figures)
    return figures
  }
  return {
    task: taskOf,
    starts,
    rebalances: new RebalanceFigures(),
    changed(change) {
      starts.changed(change)
      const { connector, task, status } = change
      if (task !== undefined) taskOf(connector, task).states.enter(status.state)
    },
    forget(connector) {
      connectors.delete(connector)
      starts.forget(connector)
    },
  }
}
