import type { Settings } from '../../config/settings.ts'
import type { Plugin } from '../../plugins/registry.ts'
import type { Task, TaskStatus } from '../../task/task.ts'
import { traceOf } from '../../task/trace.ts'
import type { TaskHost } from '../../worker/task-host.ts'
import { sameSettings, type TaskWork } from './task-record.ts'

/** What a task is to be. */
export interface TaskPlan {
  readonly plugin: Plugin
  /** As committed in the config topic: who has the same record may go on. */
  readonly record: Settings
  /** Of the commit. */
  readonly generation: number
  readonly work: TaskWork
  readonly paused: boolean
  readonly dedicated: boolean
}

export interface RunningTaskOptions {
  readonly connector: string
  readonly index: number
  readonly host: Pick<TaskHost, 'start'>
  readonly gracefulTimeoutMs: () => number
  readonly status: (status: TaskStatus) => void
  readonly topic: (topic: string) => void
  /**
   * Before a source's task of a new generation begins: resolves when no former one can write any more (exactly once). Absent: nothing is fenced, and a
   * task whose record stays the same goes on through a new generation.
   */
  readonly fence?: ((generation: number, signal: AbortSignal) => Promise<void>) | undefined
  /** Asked by a source's task that has just taken its transactional id: rejects where it isn't to run here any more. */
  readonly confirm?: ((generation: number) => Promise<void>) | undefined
}

/** A task that this worker was given: it follows what is wanted of it, the latest wish wins, and no two of its runs overlap. */
export class RunningTask {
  readonly #options: RunningTaskOptions
  #wanted: TaskPlan | undefined
  #running: { readonly plan: TaskPlan; readonly task: Task } | undefined
  #settling: Promise<void> | undefined
  #changed = new AbortController()

  constructor(options: RunningTaskOptions) {
    this.#options = options
  }

  get status(): TaskStatus | undefined {
    return this.#running?.task.status()
  }

  /** Whether it runs, or is about to. */
  get isWanted(): boolean {
    return this.#wanted !== undefined
  }

  /** Undefined: it is to end. */
  want(plan: TaskPlan | undefined): void {
    const before = this.#wanted
    this.#wanted = plan
    if (plan === undefined || before === undefined || !this.#goesOn(before, plan)) this.#changed.abort()
    this.#settling ??= this.#settle()
  }

  restart(): void {
    void this.#running?.task.restart().catch((error: unknown) => this.#fail(error))
  }

  /** Resolves when it has ended. */
  async stop(): Promise<void> {
    this.want(undefined)
    await this.#settling
  }

  async #settle(): Promise<void> {
    // so that whoever has called knows of this before it is over
    await Promise.resolve()
    for (let step = this.#nextStep(); step !== undefined; step = this.#nextStep()) await step()
    this.#settling = undefined
  }

  /** Undefined: it is as it is wanted. */
  #nextStep(): (() => Promise<void>) | undefined {
    const [wanted, running] = [this.#wanted, this.#running]
    if (running === undefined) return wanted && (() => this.#begin(wanted))
    if (wanted === undefined || !this.#goesOn(running.plan, wanted)) return () => this.#end(running.task)
    this.#running = { plan: wanted, task: running.task }
    if (running.plan.paused !== wanted.paused) running.task[wanted.paused ? 'pause' : 'resume']()
    return undefined
  }

  #goesOn(before: TaskPlan, now: TaskPlan): boolean {
    const isFenced = this.#options.fence !== undefined && now.plugin.kind === 'source'
    const sameGeneration = before.generation === now.generation || !isFenced
    return sameGeneration && before.plugin === now.plugin && sameSettings(before.record, now.record)
  }

  async #end(task: Task): Promise<void> {
    await task.stop({ timeoutMs: this.#options.gracefulTimeoutMs() })
    this.#running = undefined
  }

  async #begin(plan: TaskPlan): Promise<void> {
    const { connector, index, host, fence, confirm, status, topic } = this.#options
    this.#changed = new AbortController()
    const { signal } = this.#changed
    try {
      await fence?.(plan.generation, signal)
      if (signal.aborted) return
      const { plugin, work, paused, dedicated } = this.#wanted ?? plan
      const events = { status, topic, ...(confirm && { confirmCurrent: () => confirm(plan.generation) }) }
      const task = host.start({ connector, index, plugin, ...work, paused, dedicated }, events)
      this.#running = { plan, task }
    } catch (error) {
      if (signal.aborted) return
      this.#fail(error)
      // it is tried again when the config topic says something new
      this.#wanted = undefined
    }
  }

  #fail(error: unknown): void {
    this.#options.status({ state: 'FAILED', trace: traceOf(error) })
  }
}
