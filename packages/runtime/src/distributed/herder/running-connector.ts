import { type Json, kindOf } from '@sluice/template'
import type { TargetState } from '../logs/config-records.ts'
import { ConfigError } from '../../task/config-error.ts'
import { restartDelayMs } from '../../task/restart-policy.ts'
import type { TaskStatus } from '../../task/task.ts'
import { traceOf } from '../../task/trace.ts'
import type { Settings } from '../../config/settings.ts'
import type { ConnectorPlan } from '../../worker/connector-plan.ts'
import type { SplitRequest, TaskHost } from '../../worker/task-host.ts'
import { sameSettings } from './task-record.ts'

export interface ConnectorWish {
  readonly settings: Settings
  readonly target: TargetState
  /** Its tasks in the config topic are no whole set, for this worker or for others: they have to be written again even while it is paused. */
  readonly lacksTasks: boolean
}

export interface RunningConnectorOptions {
  readonly name: string
  readonly host: Pick<TaskHost, 'split' | 'watch'>
  readonly splitTimeoutMs: number
  /** Reads settings as they are in the config topic. Rejects with a ConfigError. */
  readonly plan: (settings: Settings) => Promise<ConnectorPlan>
  /** Makes these slices the connector's tasks, all over the cluster. Goes on trying until it is done or the signal aborts. */
  readonly publish: (plan: ConnectorPlan, slices: readonly Json[], signal: AbortSignal) => Promise<void>
  readonly status: (status: TaskStatus) => void
}

const restartPolicy = { backoffMs: 10_000, backoffMaxMs: 3_600_000, max: -1 }

/**
 * The connector itself, on the one worker that it was given to: it divides the work whenever settings change, it is started, or it asks to be divided
 * again, and sees to it that the tasks are those. Whatever is asked for next comes instead of what goes on.
 */
export class RunningConnector {
  readonly #options: RunningConnectorOptions
  #wish: ConnectorWish | undefined
  #life = new AbortController()
  #steps: Promise<void> = Promise.resolve()
  #failures = 0
  #status: TaskStatus = { state: 'UNASSIGNED' }

  constructor(options: RunningConnectorOptions) {
    this.#options = options
  }

  get status(): TaskStatus {
    return this.#status
  }

  /** False once it was stopped, until something is wanted of it again. */
  get isWanted(): boolean {
    return this.#wish !== undefined
  }

  want(wish: ConnectorWish): void {
    const before = this.#wish
    this.#wish = wish
    if (before?.target === wish.target && sameSettings(before.settings, wish.settings)) return
    this.restart()
  }

  /** Divides the work anew, or stands still where that is asked for. */
  restart(): void {
    this.#life.abort(interrupted)
    const life = new AbortController()
    this.#life = life
    this.#steps = this.#steps.then(() => this.#begin(life)).catch((error: unknown) => this.#fail(error, life))
  }

  async stop(): Promise<void> {
    this.#wish = undefined
    this.#life.abort(interrupted)
    await this.#steps
    this.#status = { state: 'UNASSIGNED' }
  }

  async #begin(life: AbortController): Promise<void> {
    const wish = this.#wish
    if (life.signal.aborted || wish === undefined) return
    if (wish.target === 'STOPPED') return this.#show({ state: 'STOPPED' })
    const isPaused = wish.target === 'PAUSED'
    if (isPaused) this.#show({ state: 'PAUSED' })
    // as in Kafka Connect, tasks of a connector that is paused stay those that they are
    if (isPaused && !wish.lacksTasks) return
    const plan = await this.#options.plan(wish.settings)
    life.signal.throwIfAborted()
    const request = this.#splitRequest(plan, life)
    const slices = await this.#split(request, life)
    life.signal.throwIfAborted()
    refuseTooMany(slices.length, plan)
    this.#failures = 0
    if (!isPaused) this.#show({ state: 'RUNNING' })
    await this.#options.publish(plan, slices, life.signal)
    if (!isPaused && !life.signal.aborted) this.#options.host.watch(request, slices)
  }

  #splitRequest(plan: ConnectorPlan, life: AbortController): SplitRequest {
    const { config, plugin, settings } = plan
    return {
      connector: this.#options.name,
      plugin,
      settings,
      maxTasks: config.tasksMax,
      signal: life.signal,
      resplit: () => {
        if (!life.signal.aborted) this.restart()
      },
      divided: (slices) => this.#divided(plan, slices, life),
    }
  }

  #divided(plan: ConnectorPlan, slices: readonly Json[], life: AbortController): void {
    const publish = async (): Promise<void> => {
      if (life.signal.aborted) return
      refuseTooMany(slices.length, plan)
      await this.#options.publish(plan, slices, life.signal)
    }
    this.#steps = this.#steps.then(publish).catch((error: unknown) => this.#fail(error, life))
  }

  async #split(request: SplitRequest, life: AbortController): Promise<readonly Json[]> {
    const { host, splitTimeoutMs } = this.#options
    const limit = setTimeout(() => {
      life.abort(new Error(`The connector did not divide its work within ${splitTimeoutMs} ms.`))
    }, splitTimeoutMs)
    try {
      return await host.split(request)
    } finally {
      clearTimeout(limit)
    }
  }

  /** Tries again by itself, unless only other settings help. What gave way to something newer has not failed. */
  #fail(error: unknown, life: AbortController): void {
    if (life !== this.#life || error === interrupted || life.signal.reason === interrupted) return
    const delayMs = kindOf(error) === 'config' ? undefined : restartDelayMs(restartPolicy, ++this.#failures)
    this.#show({
      state: 'FAILED',
      trace: traceOf(error),
      ...(delayMs !== undefined && { nextTryAt: Date.now() + delayMs }),
    })
    if (delayMs === undefined) return
    life.abort(interrupted)
    this.#life = new AbortController()
    const timer = setTimeout(() => this.restart(), delayMs)
    this.#life.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }

  #show(status: TaskStatus): void {
    this.#status = status
    this.#options.status(status)
  }
}

/** Why a step is given up: the connector goes on to something else, which is no failure. */
const interrupted = new Error('The connector goes on to something else.')

function refuseTooMany(count: number, { config }: ConnectorPlan): void {
  if (count <= config.tasksMax || !config.tasksMaxEnforce) return
  const message = `is ${config.tasksMax}, but the connector divides its work into ${count} tasks; raise it, or set tasks.max.enforce to false`
  throw new ConfigError([{ field: 'tasks.max', message }])
}
