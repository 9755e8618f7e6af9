import type { ConfigFields, Definition, Issue } from '@sluice/template'
import type { InitialState } from '../config/connector-file.ts'
import type { ExternalValues } from '../providers/external-values.ts'
import type { OverridePolicy } from '../config/override-policy.ts'
import type { Settings, SettingsInput } from '../config/settings.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import type { TaskStatus } from '../task/task.ts'
import type { WorkerEventLog } from '../telemetry/worker-events.ts'
import { Connector } from './connector.ts'
import type { ConnectorPlan } from './connector-plan.ts'
import type { ApplyHow, ConnectorOffset, Connectors, PutHow } from './connectors.ts'
import { noSuch, notStopped } from './no-such.ts'
import type { OffsetEdits } from './offset-edits.ts'
import { Planner } from './planner.ts'
import { RequestError } from './request-error.ts'
import type { TaskHost } from './task-host.ts'
import type { TypedSettings } from './typed-settings.ts'
import {
  type ConnectorInfo,
  type ConnectorStatus,
  infoOf,
  restarting,
  statusOf,
  type TaskConfig,
  taskConfigsOf,
} from './views.ts'

export interface LocalConnectorsServices {
  readonly registry: PluginRegistry
  readonly host: TaskHost
  readonly policy: OverridePolicy
  readonly edits: OffsetEdits
  readonly exactlyOnce: boolean
  readonly values: Pick<ExternalValues, 'isReference' | 'lookUp' | 'redactor'>
  readonly events: WorkerEventLog
  readonly workerId: () => string
  readonly gracefulTimeoutMs: number
  readonly splitTimeoutMs: number
  readonly checkTimeoutMs: number
  /** A connector is gone, and its figures with it. */
  readonly forget: (connector: string) => void
  readonly changed: (change: { connector: string; task?: number; status: TaskStatus }) => void
}

/** The connectors of a worker that stands alone. They live in memory. */
export class LocalConnectors implements Connectors {
  readonly #all = new Map<string, Connector>()
  /** Deleted ones whose tasks still end: a namesake begins after them. */
  readonly #ending = new Map<string, Promise<void>>()
  readonly #services: LocalConnectorsServices
  /** Aborts when none can be put any more: checks that are under way end. */
  readonly #closing = new AbortController()
  readonly #planner: Planner

  constructor(services: LocalConnectorsServices) {
    this.#services = services
    this.#planner = new Planner({
      ...services,
      closing: this.#closing.signal,
      known: (name) => {
        const plan = this.#all.get(name)?.plan
        return plan && { fields: plan.plugin.definition.config, settings: plan.settings }
      },
    })
  }

  put<S extends ConfigFields>(
    name: string,
    definition: Definition<S>,
    settings: TypedSettings<S>,
  ): Promise<ConnectorInfo>
  put(name: string, connectorClass: string, settings: SettingsInput): Promise<ConnectorInfo>
  put(name: string, settings: SettingsInput): Promise<ConnectorInfo>
  async put(name: string, ...rest: readonly unknown[]): Promise<ConnectorInfo> {
    return (await this.apply(name, this.#planner.settingsOf(rest), { atStart: true })).info
  }

  async apply(
    name: string,
    given: Settings,
    how: ApplyHow = {},
  ): Promise<{ readonly info: ConnectorInfo; readonly created: boolean }> {
    this.#closing.signal.throwIfAborted()
    this.#refuseExisting(name, how.mode)
    const { atStart = false } = how
    const { plan, warnings } = await this.#planner.plan(new Map(given).set('name', name), { atStart })
    await this.#planner.check(name, plan, { atStart })
    this.#refuseExisting(name, how.mode)
    this.#closing.signal.throwIfAborted()

    const { events } = this.#services
    events.configured(name, plan.plugin.definition.config, plan.settings)
    for (const warning of warnings) events.connectorWarning(name, warning)
    const existing = this.#all.get(name)
    const connector = existing ?? this.#add(name, plan, how.initialState ?? 'RUNNING')
    if (existing !== undefined) existing.configure(plan)
    else if (connector.target === 'STOPPED') connector.stop()
    else connector.start()
    return { info: infoOf(connector), created: existing === undefined }
  }

  async patch(name: string, changes: ReadonlyMap<string, string | null>): Promise<ConnectorInfo> {
    const settings = new Map(this.find(name).plan.settings)
    for (const [key, value] of changes) {
      if (value === null) settings.delete(key)
      else settings.set(key, value)
    }
    return (await this.apply(name, settings)).info
  }

  names(): readonly string[] {
    return [...this.#all.keys()]
  }

  get(name: string): ConnectorInfo {
    return infoOf(this.find(name))
  }

  status(name: string): ConnectorStatus {
    return statusOf(this.find(name, noSuch.status), this.#services.workerId())
  }

  statuses(): readonly ConnectorStatus[] {
    return this.names().map((name) => this.status(name))
  }

  taskConfigs(name: string): readonly TaskConfig[] {
    return taskConfigsOf(this.find(name))
  }

  async pause(name: string): Promise<void> {
    this.find(name, noSuch.target).pause()
  }

  async resume(name: string): Promise<void> {
    this.find(name, noSuch.target).resume()
  }

  async stop(name: string, { wait = true }: { readonly wait?: boolean } = {}): Promise<void> {
    const connector = this.find(name, noSuch.target)
    connector.stop()
    if (wait) await connector.settled()
  }

  async restart(
    name: string,
    how: { readonly includeTasks?: boolean; readonly onlyFailed?: boolean } = {},
  ): Promise<ConnectorStatus> {
    const { includeTasks = false, onlyFailed = false } = how
    const connector = this.find(name, noSuch.restarted)
    const status = restarting(this.status(name), { includeTasks, onlyFailed })
    connector.restart({ includeTasks, onlyFailed })
    return status
  }

  async restartTask(name: string, task: number): Promise<void> {
    const connector = this.find(name, noSuch.restarted)
    if (connector.tasks()[task] === undefined) throw noSuch.task(name, task)
    connector.restartTask(task)
  }

  async delete(name: string, { wait = true }: { readonly wait?: boolean } = {}): Promise<void> {
    const connector = this.find(name)
    this.#all.delete(name)
    const gone = this.#forget(connector, connector.close(this.#services.gracefulTimeoutMs))
    if (wait) await gone
  }

  validate(given: Settings): Promise<readonly Issue[]> {
    return this.#planner.validate(given)
  }

  async offsets(name: string): Promise<readonly ConnectorOffset[]> {
    return this.#services.edits.read(name, this.find(name).plan)
  }

  async alterOffsets(name: string, changes: readonly ConnectorOffset[]): Promise<string> {
    const connector = this.#stopped(name)
    return connector.whileStopped(() => this.#services.edits.alter(name, connector.plan, changes))
  }

  async resetOffsets(name: string): Promise<string> {
    const connector = this.#stopped(name)
    return connector.whileStopped(() => this.#services.edits.reset(name, connector.plan))
  }

  topics(name: string): readonly string[] {
    return [...(this.#all.get(name)?.topics ?? [])]
  }

  async resetTopics(name: string): Promise<void> {
    this.#all.get(name)?.topics.clear()
  }

  async close(timeoutMs: number): Promise<void> {
    this.#closing.abort(new RequestError(503, 'The worker is stopping.'))
    const ended = [...this.#all.values()].map((connector) => connector.close(timeoutMs))
    await Promise.all([...ended, ...this.#ending.values()])
    this.#all.clear()
  }

  /** Throws what `or` makes, a RequestError of 404, for a name that there isn't. */
  find(name: string, or: (name: string) => RequestError = noSuch.connector): Connector {
    const found = this.#all.get(name)
    if (found === undefined) throw or(name)
    return found
  }

  #stopped(name: string): Connector {
    const connector = this.find(name)
    if (connector.status.state !== 'STOPPED' || connector.tasks().length > 0) throw notStopped(name)
    return connector
  }

  #add(name: string, plan: ConnectorPlan, target: InitialState): Connector {
    const { host, gracefulTimeoutMs, splitTimeoutMs, changed } = this.#services
    const connector = new Connector(name, plan, {
      host,
      gracefulTimeoutMs,
      splitTimeoutMs,
      target,
      after: this.#ending.get(name),
      changed: (change) => changed({ connector: name, ...change }),
    })
    this.#all.set(name, connector)
    return connector
  }

  async #forget({ name }: Connector, ended: Promise<void>): Promise<void> {
    this.#ending.set(name, ended)
    await ended
    if (this.#ending.get(name) === ended) this.#ending.delete(name)
    if (!this.#all.has(name)) this.#services.forget(name)
    this.#services.events.deleted(name)
  }

  #refuseExisting(name: string, mode: PutHow | undefined): void {
    if (mode === 'create' && this.#all.has(name)) {
      throw new RequestError(409, `Connector ${name} already exists`)
    }
  }
}
