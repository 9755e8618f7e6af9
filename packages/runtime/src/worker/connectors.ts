import { type ConfigFields, type Definition, type Issue } from '@sluice/template'
import type { InitialState } from '../config/connector-file.ts'
import { readConnectorConfig } from '../config/connector-config.ts'
import type { OverridePolicy } from '../config/override-policy.ts'
import type { Settings, SettingsInput } from '../config/settings.ts'
import { type Plugin, type PluginRegistry, pluginOf } from '../plugins/registry.ts'
import { ConfigError } from '../task/config-error.ts'
import type { TaskStatus } from '../task/task.ts'
import type { WorkerEventLog } from '../telemetry/worker-events.ts'
import { Checks } from './checks.ts'
import { Connector } from './connector.ts'
import type { ConnectorPlan } from './connector-plan.ts'
import { restoreSecrets } from './masked-secrets.ts'
import { RequestError } from './request-error.ts'
import type { TaskHost } from './task-host.ts'
import { connectorSettingsOf, type TypedSettings } from './typed-settings.ts'
import { type ConnectorInfo, type ConnectorStatus, infoOf, statusOf } from './views.ts'

export interface ConnectorsServices {
  readonly registry: PluginRegistry
  readonly host: TaskHost
  readonly policy: OverridePolicy
  readonly events: WorkerEventLog
  readonly workerId: () => string
  readonly gracefulTimeoutMs: number
  readonly splitTimeoutMs: number
  readonly checkTimeoutMs: number
  /** A connector is gone, and its figures with it. */
  readonly forget: (connector: string) => void
  readonly changed: (change: { connector: string; task?: number; status: TaskStatus }) => void
}

export type PutHow = 'create' | 'upsert'

const requestPatienceMs = 700

/** The connectors of one worker: what REST and an embedding program do with them. They live in memory. */
export class Connectors {
  readonly #all = new Map<string, Connector>()
  /** Deleted ones whose tasks still end: a namesake begins after them. */
  readonly #ending = new Map<string, Promise<void>>()
  readonly #services: ConnectorsServices
  /** Aborts when none can be put any more: checks that are under way end. */
  readonly #closing = new AbortController()
  readonly #checks: Checks

  constructor(services: ConnectorsServices) {
    this.#services = services
    this.#checks = new Checks({ ...services, closing: this.#closing.signal })
  }

  /**
   * Creates a connector or gives it new settings, and starts it. Rejects with a ConfigError that has every issue with its settings, those
   * that the connector's own check finds included, but for a server that doesn't answer just now: its tasks try again. A check that takes longer
   * than `connector.check.timeout.ms` is passed over.
   */
  put<S extends ConfigFields>(
    name: string,
    definition: Definition<S>,
    settings: TypedSettings<S>,
  ): Promise<ConnectorInfo>
  /** The same, by the name of a loaded plug-in. */
  put(name: string, connectorClass: string, settings: SettingsInput): Promise<ConnectorInfo>
  /** The same; `connector.class` is among the settings. */
  put(name: string, settings: SettingsInput): Promise<ConnectorInfo>
  async put(name: string, ...rest: readonly unknown[]): Promise<ConnectorInfo> {
    const [first, second] = rest
    const settings =
      second === undefined
        ? connectorSettingsOf({}, first as object)
        : this.#settingsFor(first, second as object)
    return (await this.apply(name, settings, { atStart: true })).info
  }

  /**
   * As `put`, for requests: says whether it was created. Throws 409 where `create` meets an existing one. The check is waited for less than a second,
   * for a request is answered whatever a connector does; what it finds later goes to the log. A server that doesn't answer is an issue too.
   * `atStart`: nobody waits for an answer as a request does, and what may pass by itself keeps nothing from starting.
   */
  async apply(
    name: string,
    given: Settings,
    how: { readonly mode?: PutHow; readonly initialState?: InitialState; readonly atStart?: boolean } = {},
  ): Promise<{ readonly info: ConnectorInfo; readonly created: boolean }> {
    this.#closing.signal.throwIfAborted()
    this.#refuseExisting(name, how.mode)
    const { plan, warnings } = this.#plan(new Map(given).set('name', name))
    const { atStart: waitedFor = false } = how
    const patienceMs = waitedFor ? this.#services.checkTimeoutMs : requestPatienceMs
    await this.#checks.runFor(name, plan, { patienceMs, waitedFor })
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

  names(): readonly string[] {
    return [...this.#all.keys()]
  }

  /** Throws a RequestError of 404 for a name that there isn't; so do all that follow. */
  get(name: string): ConnectorInfo {
    return infoOf(this.find(name))
  }

  status(name: string): ConnectorStatus {
    return statusOf(this.find(name), this.#services.workerId())
  }

  statuses(): readonly ConnectorStatus[] {
    return this.names().map((name) => this.status(name))
  }

  /** Tasks keep what they hold, and move nothing. */
  pause(name: string): void {
    this.find(name).pause()
  }

  resume(name: string): void {
    this.find(name).resume()
  }

  /** Ends the tasks; the connector stays and may be resumed. Resolves when they have ended. */
  async stop(name: string): Promise<void> {
    const connector = this.find(name)
    connector.stop()
    await connector.settled()
  }

  /** Restarts the connector itself and, if asked for, its tasks; at once and apart from the caller. */
  restart(name: string, how: { includeTasks?: boolean; onlyFailed?: boolean } = {}): void {
    this.find(name).restart({ includeTasks: how.includeTasks ?? false, onlyFailed: how.onlyFailed ?? false })
  }

  restartTask(name: string, task: number): void {
    const connector = this.find(name)
    if (connector.tasks()[task] === undefined) {
      throw new RequestError(404, `The connector ${name} has no task ${task}.`)
    }
    connector.restartTask(task)
  }

  /** Ends the tasks and forgets the connector. Offsets stay. Resolves when the tasks have ended. */
  async delete(name: string): Promise<void> {
    const connector = this.find(name)
    this.#all.delete(name)
    const ended = connector.close(this.#services.gracefulTimeoutMs)
    this.#ending.set(name, ended)
    await ended
    if (this.#ending.get(name) === ended) this.#ending.delete(name)
    if (!this.#all.has(name)) this.#services.forget(name)
    this.#services.events.deleted(name)
  }

  find(name: string): Connector {
    const found = this.#all.get(name)
    if (found === undefined) throw new RequestError(404, `There is no connector ${name}.`)
    return found
  }

  /**
   * Every issue with the settings, what the connector's check finds included. For the validate request: rejects with a RequestError where the check
   * comes to no result, as Kafka Connect does.
   */
  async validate(given: Settings): Promise<readonly Issue[]> {
    const { settings, issues: masked } = this.#restored(given)
    const { plugin, issues } = readConnectorConfig(settings, this.#services)
    const refusal = plugin && this.#refusal(plugin)
    const all = [...masked, ...issues, ...(refusal ? [refusal] : [])]
    if (plugin === undefined || all.length > 0) return all
    return this.#checks.run(plugin, settings)
  }

  /** Ends all of them, together, within `timeoutMs`; none can be put any more. */
  async close(timeoutMs: number): Promise<void> {
    this.#closing.abort(new RequestError(503, 'The worker is stopping.'))
    const ended = [...this.#all.values()].map((connector) => connector.close(timeoutMs))
    await Promise.all([...ended, ...this.#ending.values()])
    this.#all.clear()
  }

  #settingsFor(definition: unknown, input: object): Settings {
    if (typeof definition === 'string') {
      return new Map(connectorSettingsOf({}, input)).set('connector.class', definition)
    }
    const plugin = pluginOf(definition)
    const namesake = this.#services.registry.add(plugin)
    if (namesake !== undefined && namesake.definition !== definition) {
      throw new Error(
        `Another plug-in is loaded under the name ${plugin.definition.name}, from ${namesake.from}.`,
      )
    }
    const settings = new Map(connectorSettingsOf(plugin.definition.config, input))
    return settings.set('connector.class', plugin.definition.name)
  }

  #plan(given: Settings): { readonly plan: ConnectorPlan; readonly warnings: readonly string[] } {
    const { settings, issues: masked } = this.#restored(given)
    const { config, plugin, issues, warnings } = readConnectorConfig(settings, this.#services)
    const refusal = plugin && this.#refusal(plugin)
    if (refusal !== undefined) throw new ConfigError([refusal])
    const all = [...masked, ...issues]
    if (config === undefined || plugin === undefined || all.length > 0) throw new ConfigError(all)
    return { plan: { settings, config, plugin }, warnings }
  }

  #refusal(plugin: Plugin): Issue | undefined {
    const message = this.#services.host.refusal(plugin)
    return message === undefined ? undefined : { field: 'connector.class', message }
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

  /** With the secrets that masked settings of this connector stand for. */
  #restored(given: Settings): ReturnType<typeof restoreSecrets> {
    const plan = this.#all.get(given.get('name') ?? '')?.plan
    return restoreSecrets(given, plan && { fields: plan.plugin.definition.config, settings: plan.settings })
  }

  #refuseExisting(name: string, mode: PutHow | undefined): void {
    if (mode === 'create' && this.#all.has(name)) {
      throw new RequestError(409, `Connector ${name} already exists.`)
    }
  }
}
