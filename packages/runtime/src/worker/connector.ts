import type { Json } from '@sluice/template'
import { kindOf, stringifyJson } from '@sluice/template'
import type { InitialState } from '../config/connector-file.ts'
import type { ConnectorConfig } from '../config/connector-fields.ts'
import { ConfigError } from '../task/config-error.ts'
import { restartDelayMs } from '../task/restart-policy.ts'
import type { Task, TaskStatus } from '../task/task.ts'
import { traceOf } from '../task/trace.ts'
import type { ConnectorPlan, ConnectorServices } from './connector-plan.ts'
import type { SplitRequest } from './task-host.ts'

interface Member {
  readonly slice: Json
  readonly task: Task
}

const restartPolicy = { backoffMs: 10_000, backoffMaxMs: 3_600_000, max: -1 }

/** Why a split is given up: the connector goes on to something else, which is no failure. */
const interrupted = new Error('The connector goes on to something else.')

/**
 * One connector with its tasks. What changes them is done step by step, in the order asked for, apart from the caller: methods return at once
 * unless they say otherwise, and `settled` waits. A step that still waits for the connector's code gives way to the next one.
 */
export class Connector {
  readonly name: string
  /** Topics that its tasks have used. */
  readonly topics = new Set<string>()
  #plan: ConnectorPlan
  #target: InitialState
  #status: TaskStatus = { state: 'UNASSIGNED' }
  #members: readonly Member[] = []
  #life = new AbortController()
  #steps: Promise<void>
  #failures = 0
  readonly #services: ConnectorServices

  /** `after`: nothing begins before it has resolved. */
  constructor(
    name: string,
    plan: ConnectorPlan,
    how: ConnectorServices & { readonly target: InitialState; readonly after?: Promise<void> | undefined },
  ) {
    this.name = name
    this.#plan = plan
    this.#target = how.target
    this.#steps = how.after ?? Promise.resolve()
    this.#services = how
  }

  get plan(): ConnectorPlan {
    return this.#plan
  }

  get status(): TaskStatus {
    return this.#status
  }

  get target(): InitialState {
    return this.#target
  }

  tasks(): ReadonlyArray<{ readonly index: number; readonly status: TaskStatus }> {
    return this.#members.map(({ task }, index) => ({ index, status: task.status() }))
  }

  start(): void {
    this.#next((life) => this.#begin(life))
  }

  /** Goes on with other settings: everything is divided and opened anew. */
  configure(plan: ConnectorPlan): void {
    this.#plan = plan
    this.#next(async (life) => {
      await this.#end()
      await this.#begin(life)
    })
  }

  pause(): void {
    if (this.#target === 'STOPPED') return this.#start('PAUSED')
    this.#target = 'PAUSED'
    for (const { task } of this.#members) task.pause()
    if (this.#status.state === 'RUNNING') this.#show({ state: 'PAUSED' })
  }

  resume(): void {
    if (this.#target === 'STOPPED') return this.#start('RUNNING')
    this.#target = 'RUNNING'
    for (const { task } of this.#members) task.resume()
    if (this.#status.state === 'PAUSED') this.#show({ state: 'RUNNING' })
  }

  /** Ends the tasks and keeps the connector. */
  stop(): void {
    this.#target = 'STOPPED'
    this.#next(async () => {
      await this.#end()
      this.#show({ state: 'STOPPED' })
    })
  }

  /** Divides the work anew, and restarts the tasks that are asked for. */
  restart(how: { readonly includeTasks: boolean; readonly onlyFailed: boolean }): void {
    const self = !how.onlyFailed || this.#status.state === 'FAILED'
    const indices = this.tasks().filter((one) => !how.onlyFailed || one.status.state === 'FAILED')
    if (how.includeTasks) for (const { index } of indices) this.restartTask(index)
    if (self && this.#target !== 'STOPPED') this.start()
  }

  restartTask(index: number): void {
    const member = this.#members[index]
    if (member === undefined || this.#target === 'STOPPED') return
    const life = this.#life
    // a task's own affair: it may take its time without holding up the connector's steps
    void member.task.restart().catch((error: unknown) => this.#fail(error, life))
  }

  /** Ends the tasks within `timeoutMs`; nothing of the connector goes on afterwards. */
  async close(timeoutMs: number): Promise<void> {
    this.#target = 'STOPPED'
    this.#next(() => this.#end(timeoutMs))
    await this.settled()
  }

  /** Resolves when everything asked for so far was done. */
  async settled(): Promise<void> {
    await this.#steps
  }

  /** Does something that no task may run beside, after what was asked for before: what is asked for meanwhile waits. */
  async whileStopped<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#steps.then(work)
    this.#steps = ended(done)
    return done
  }

  #start(target: InitialState): void {
    this.#target = target
    this.start()
  }

  /** A step that comes instead of what goes on now. */
  #next(step: (life: AbortController) => Promise<void>): void {
    this.#life.abort(interrupted)
    const life = new AbortController()
    this.#life = life
    this.#queue(life, step)
  }

  #queue(life: AbortController, step: (life: AbortController) => Promise<void>): void {
    this.#steps = this.#steps.then(() => step(life)).catch((error: unknown) => this.#fail(error, life))
  }

  async #begin(life: AbortController): Promise<void> {
    life.signal.throwIfAborted()
    if (this.#target === 'STOPPED') return
    const plan = this.#plan
    const request = this.#splitRequest(plan, life)
    const slices = await this.#split(request, life)
    life.signal.throwIfAborted()
    await this.#assign(plan, slices)
    this.#failures = 0
    this.#show({ state: this.#target === 'PAUSED' ? 'PAUSED' : 'RUNNING' })
    if (!life.signal.aborted) this.#services.host.watch(request, slices)
  }

  #splitRequest(plan: ConnectorPlan, life: AbortController): SplitRequest {
    const { config, plugin, settings } = plan
    const unlessOver = (act: () => void) => (): void => {
      if (!life.signal.aborted) act()
    }
    return {
      connector: this.name,
      plugin,
      settings,
      maxTasks: config.tasksMax,
      signal: life.signal,
      resplit: unlessOver(() => this.start()),
      divided: (slices) => unlessOver(() => this.#queue(life, () => this.#assign(plan, slices)))(),
    }
  }

  async #split(request: SplitRequest, life: AbortController): Promise<readonly Json[]> {
    const limitMs = this.#services.splitTimeoutMs
    const limit = setTimeout(() => {
      life.abort(new Error(`The connector did not divide its work within ${limitMs} ms.`))
    }, limitMs)
    try {
      return await this.#services.host.split(request)
    } finally {
      clearTimeout(limit)
    }
  }

  /** Tasks whose slice stays the same stay as they are. The others end before a new one begins, so that no two share a slice. */
  async #assign(plan: ConnectorPlan, slices: readonly Json[]): Promise<void> {
    const { config } = plan
    if (slices.length > config.tasksMax && config.tasksMaxEnforce) {
      throw tooManySlices(slices.length, config)
    }
    const texts = slices.map(stringifyJson)
    const stays = (member: Member, index: number): boolean => stringifyJson(member.slice) === texts[index]
    const ending = this.#members.filter((member, index) => !stays(member, index))
    await this.#stop(ending, this.#services.gracefulTimeoutMs)
    this.#members = slices.map((slice, index) => {
      const member = this.#members[index]
      return member !== undefined && stays(member, index) ? member : this.#open(plan, slice, index)
    })
  }

  #open({ plugin, settings, config }: ConnectorPlan, slice: Json, index: number): Member {
    const spec = {
      connector: this.name,
      index,
      plugin,
      slice,
      settings,
      paused: this.#target === 'PAUSED',
      dedicated: config.tasksDedicatedThread,
    }
    const task = this.#services.host.start(spec, {
      status: (status) => this.#services.changed({ task: index, status }),
      topic: (topic) => void this.topics.add(topic),
    })
    return { slice, task }
  }

  async #end(timeoutMs = this.#services.gracefulTimeoutMs): Promise<void> {
    const ending = this.#members
    await this.#stop(ending, timeoutMs)
    this.#members = []
  }

  async #stop(members: readonly Member[], timeoutMs: number): Promise<void> {
    await Promise.all(members.map(({ task }) => task.stop({ timeoutMs })))
  }

  /**
   * Tries again by itself, unless only other settings help. Whatever is asked for next comes instead; if it was asked for already, the failure
   * is of no concern any more.
   */
  #fail(error: unknown, life: AbortController): void {
    if (life !== this.#life || error === interrupted) return
    const delayMs = kindOf(error) === 'config' ? undefined : restartDelayMs(restartPolicy, ++this.#failures)
    this.#show({
      state: 'FAILED',
      trace: traceOf(error),
      ...(delayMs !== undefined && { nextTryAt: Date.now() + delayMs }),
    })
    if (delayMs === undefined) return
    life.abort(interrupted)
    this.#life = new AbortController()
    const timer = setTimeout(() => this.start(), delayMs)
    this.#life.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }

  #show(status: TaskStatus): void {
    this.#status = status
    this.#services.changed({ status })
  }
}

/** However it ends: whoever asked for it hears of an error. */
async function ended(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {})
}

function tooManySlices(count: number, config: ConnectorConfig): ConfigError {
  const message = `is ${config.tasksMax}, but the connector divides its work into ${count} tasks; raise it, or set tasks.max.enforce to false`
  return new ConfigError([{ field: 'tasks.max', message }])
}
