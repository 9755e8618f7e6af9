import type { Task, TaskStatus } from '../task/task.ts'
import type { SplitRequest, TaskHost } from '../worker/task-host.ts'
import type { Redactor } from './redactor.ts'

export interface RedactingHost extends TaskHost {
  /** Opens everything that runs of a connector anew: its tasks, and how its work is divided. */
  reopen(connector: string): void
}

export interface RedactingHostOptions {
  readonly redactor: Redactor
  /** The last task of a connector has ended here. */
  readonly idle: (connector: string) => void
}

/** A host through which no value of a provider comes out: in no status, no issue and no error of connectors' code. */
export function redactingHost(host: TaskHost, { redactor, idle }: RedactingHostOptions): RedactingHost {
  const tasks = new Map<string, Set<Task>>()
  const watches = new Map<string, SplitRequest>()
  const safely = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw redactor.error(error)
    }
  }
  const statusOf = (status: TaskStatus): TaskStatus => ({
    ...status,
    ...(status.trace !== undefined && { trace: redactor.text(status.trace) }),
    ...(status.detail !== undefined && { detail: redactor.text(status.detail) }),
  })
  const left = (connector: string, task: Task): void => {
    const others = tasks.get(connector)
    if (others?.delete(task) !== true || others.size > 0) return
    tasks.delete(connector)
    idle(connector)
  }
  return {
    refusal: (plugin) => host.refusal(plugin),
    start(spec, events) {
      const { connector } = spec
      const inner = host.start(spec, { ...events, status: (status) => events.status(statusOf(status)) })
      const task: Task = {
        status: () => statusOf(inner.status()),
        pause: () => inner.pause(),
        resume: () => inner.resume(),
        restart: () => safely(() => inner.restart()),
        async stop(how) {
          try {
            await safely(() => inner.stop(how))
          } finally {
            left(connector, task)
          }
        },
      }
      tasks.set(connector, (tasks.get(connector) ?? new Set()).add(task))
      return task
    },
    check: (request) =>
      safely(async () => {
        const issues = await host.check(request)
        return issues.map((issue) => ({ ...issue, message: redactor.text(issue.message) }))
      }),
    alterOffsets: (request) =>
      safely(async () => {
        const outcome = await host.alterOffsets(request)
        return outcome.outcome === 'done' ? outcome : { ...outcome, reason: redactor.text(outcome.reason) }
      }),
    split: (request) => safely(() => host.split(request)),
    watch(request, slices) {
      const { connector, signal } = request
      watches.set(connector, request)
      signal.addEventListener(
        'abort',
        () => {
          if (watches.get(connector) === request) watches.delete(connector)
        },
        { once: true },
      )
      host.watch(request, slices)
    },
    reopen(connector) {
      for (const task of tasks.get(connector) ?? []) void task.restart().catch(() => {})
      watches.get(connector)?.resplit()
    },
    close: () => safely(() => host.close()),
  }
}
