import { TaskFigures } from './task-figures.ts'

export interface WorkerFigures {
  /** The figures of a task; the same ones for the same task, restarts included. */
  task(connector: string, task: number): TaskFigures
  each(): Iterable<{ readonly connector: string; readonly task: number; readonly figures: TaskFigures }>
  /** Forgets a deleted connector's. */
  forget(connector: string): void
}

export function createWorkerFigures(): WorkerFigures {
  const connectors = new Map<string, Map<number, TaskFigures>>()
  return {
    task(connector, task) {
      const tasks = connectors.get(connector) ?? new Map<number, TaskFigures>()
      connectors.set(connector, tasks)
      const figures = tasks.get(task) ?? new TaskFigures()
      tasks.set(task, figures)
      return figures
    },
    *each() {
      for (const [connector, tasks] of connectors) {
        for (const [task, figures] of tasks) yield { connector, task, figures }
      }
    },
    forget: (connector) => void connectors.delete(connector),
  }
}
