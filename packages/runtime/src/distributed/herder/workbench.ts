import { type Json, parseConfig } from '@sluice/template'
import { connectorFields } from '../../config/connector-fields.ts'
import type { Settings } from '../../config/settings.ts'
import type { PluginRegistry } from '../../plugins/registry.ts'
import type { TaskStatus } from '../../task/task.ts'
import { traceOf } from '../../task/trace.ts'
import type { ConnectorPlan } from '../../worker/connector-plan.ts'
import type { TaskHost } from '../../worker/task-host.ts'
import { isConnector, keyOf, type Unit } from '../group/unit.ts'
import type { ClusterState, ConnectorConfig } from '../logs/cluster-state.ts'
import type { RestartRequest } from '../logs/config-records.ts'
import { RunningConnector } from './running-connector.ts'
import { RunningTask, type RunningTaskOptions, type TaskPlan } from './running-task.ts'
import { taskWork } from './task-record.ts'

const { tasksDedicatedThread } = connectorFields

export interface WorkbenchOptions {
  readonly host: TaskHost
  readonly state: () => ClusterState
  readonly plan: (settings: Settings) => Promise<ConnectorPlan>
  readonly registry: Pick<PluginRegistry, 'connector'>
  readonly publish: (
    connector: string,
    how: { readonly plan: ConnectorPlan; readonly slices: readonly Json[]; readonly signal: AbortSignal },
  ) => Promise<void>
  readonly fence?: ((connector: string, generation: number, signal: AbortSignal) => Promise<void>) | undefined
  readonly confirm?: ((unit: Unit, generation: number) => Promise<void>) | undefined
  readonly status: (unit: Unit, status: TaskStatus) => void
  readonly topic: (unit: Unit, topic: string) => void
  readonly gracefulTimeoutMs: number
  readonly splitTimeoutMs: number
}

/** The connectors and tasks that run on this worker: it makes them what the config topic says, as far as they were given to it. */
export class Workbench {
  readonly #options: WorkbenchOptions
  readonly #connectors = new Map<string, RunningConnector>()
  readonly #tasks = new Map<string, { readonly unit: Unit; readonly task: RunningTask }>()
  /** Why tasks can't even be begun. */
  readonly #refused = new Map<string, string>()
  #units: readonly Unit[] = []
  /** For good: the group may share out once more before it is left. */
  #closed = false
  #gracefulTimeoutMs: number

  constructor(options: WorkbenchOptions) {
    this.#options = options
    this.#gracefulTimeoutMs = options.gracefulTimeoutMs
  }

  has(unit: Unit): boolean {
    return this.#units.some((one) => keyOf(one) === keyOf(unit))
  }

  /** What is to run here from now on. What isn't among it any more was given to `stop`. Nothing, once it is closed. */
  run(units: readonly Unit[]): void {
    if (this.#closed) return
    this.#units = units
    this.follow()
  }

  /** The config topic says something new. */
  follow(): void {
    const state = this.#options.state()
    for (const unit of this.#units) {
      if (isConnector(unit)) this.#followConnector(unit.connector, state)
      else this.#followTask(unit, state)
    }
  }

  /** Never rejects. */
  async stop(units: readonly Unit[]): Promise<void> {
    const keys = new Set(units.map(keyOf))
    this.#units = this.#units.filter((unit) => !keys.has(keyOf(unit)))
    await Promise.all(units.map((unit) => this.#stop(unit)))
  }

  async close(timeoutMs: number): Promise<void> {
    this.#closed = true
    this.#gracefulTimeoutMs = timeoutMs
    const tasks = [...this.#tasks.values()].map(({ unit }) => unit)
    const connectors = [...this.#connectors.keys()].map((connector) => ({ connector, task: -1 }))
    await this.stop([...connectors, ...tasks])
  }

  restartConnector(connector: string): void {
    this.#connectors.get(connector)?.restart()
  }

  restartTask(unit: Unit): void {
    this.#tasks.get(keyOf(unit))?.task.restart()
  }

  /** KIP-745: every worker does its part. */
  restart({ connector, includeTasks, onlyFailed }: RestartRequest): void {
    const running = this.#connectors.get(connector)
    const isDue = (status: TaskStatus | undefined): boolean => !onlyFailed || status?.state === 'FAILED'
    if (running !== undefined && isDue(running.status)) running.restart()
    if (!includeTasks) return
    for (const { unit, task } of this.#tasks.values()) {
      if (unit.connector === connector && isDue(task.status)) task.restart()
    }
  }

  /** What a unit does, if it is here. */
  statusOf(unit: Unit): TaskStatus | undefined {
    return isConnector(unit)
      ? this.#connectors.get(unit.connector)?.status
      : this.#tasks.get(keyOf(unit))?.task.status
  }

  #followConnector(name: string, state: ClusterState): void {
    const config = state.connectors.get(name)
    if (config === undefined) return void this.#stop({ connector: name, task: -1 })
    const running = this.#connectors.get(name) ?? this.#makeConnector(name)
    this.#connectors.set(name, running)
    const lacksTasks = config.inconsistent || config.hasUncommitted
    running.want({ settings: config.settings, target: config.target, lacksTasks })
  }

  #makeConnector(name: string): RunningConnector {
    const { host, splitTimeoutMs, plan, publish, status } = this.#options
    return new RunningConnector({
      name,
      host,
      splitTimeoutMs,
      plan,
      publish: (made, slices, signal) => publish(name, { plan: made, slices, signal }),
      status: (now) => status({ connector: name, task: -1 }, now),
    })
  }

  #followTask(unit: Unit, state: ClusterState): void {
    const config = state.connectors.get(unit.connector)
    const record = config?.target === 'STOPPED' ? undefined : config?.tasks[unit.task]
    const plan = config && record && this.#planOf(unit, { config, record })
    const known = this.#tasks.get(keyOf(unit))
    if (plan === undefined) return known?.task.want(undefined)
    const task = known?.task ?? this.#makeTask(unit)
    if (known === undefined) this.#tasks.set(keyOf(unit), { unit, task })
    this.#refused.delete(keyOf(unit))
    task.want(plan)
  }

  #makeTask(unit: Unit): RunningTask {
    const { host, status, topic, fence, confirm } = this.#options
    const options: RunningTaskOptions = {
      connector: unit.connector,
      index: unit.task,
      host,
      gracefulTimeoutMs: () => this.#gracefulTimeoutMs,
      status: (now) => status(unit, now),
      topic: (used) => topic(unit, used),
      fence: fence && ((generation, signal) => fence(unit.connector, generation, signal)),
      confirm: confirm && ((generation) => confirm(unit, generation)),
    }
    return new RunningTask(options)
  }

  /** Undefined where it can't run: its connector's settings aren't right, or it has to be divided anew first. */
  #planOf(
    unit: Unit,
    { config, record }: { readonly config: ConnectorConfig; readonly record: Settings },
  ): TaskPlan | undefined {
    try {
      const settings = config.appliedSettings ?? config.settings
      const plugin = this.#options.registry.connector(settings.get('connector.class')?.trim() ?? '')
      const work = taskWork(record, settings, plugin)
      if (work === undefined) return undefined
      const { taskGeneration: generation = 0, target } = config
      const { config: own } = parseConfig({ tasksDedicatedThread }, work.settings)
      return {
        plugin,
        record,
        generation,
        work,
        paused: target === 'PAUSED',
        dedicated: own?.tasksDedicatedThread ?? false,
      }
    } catch (error) {
      this.#refuse(unit, traceOf(error))
      return undefined
    }
  }

  /** Told once, though it is looked at with every change of the config topic. */
  #refuse(unit: Unit, trace: string): void {
    if (this.#refused.get(keyOf(unit)) === trace) return
    this.#refused.set(keyOf(unit), trace)
    this.#options.status(unit, { state: 'FAILED', trace })
  }

  async #stop(unit: Unit): Promise<void> {
    if (!isConnector(unit)) return this.#stopTask(unit)
    const running = this.#connectors.get(unit.connector)
    await running?.stop()
    if (running === undefined || running.isWanted) return
    this.#connectors.delete(unit.connector)
    this.#options.status(unit, { state: 'UNASSIGNED' })
  }

  async #stopTask(unit: Unit): Promise<void> {
    const found = this.#tasks.get(keyOf(unit))
    await found?.task.stop()
    this.#refused.delete(keyOf(unit))
    if (found?.task.isWanted === false) this.#tasks.delete(keyOf(unit))
  }
}
