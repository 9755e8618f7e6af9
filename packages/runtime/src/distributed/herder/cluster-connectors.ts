import type { ConfigFields, Definition, Issue } from '@sluice/template'
import type { InitialState } from '../../config/connector-file.ts'
import type { Settings, SettingsInput } from '../../config/settings.ts'
import type { OffsetStore } from '../../offsets/offset-store.ts'
import type { WorkerEventLog } from '../../telemetry/worker-events.ts'
import type { ApplyHow, ConnectorOffset, Connectors } from '../../worker/connectors.ts'
import type { InternalRequests } from '../../worker/internal-requests.ts'
import type { Planner } from '../../worker/planner.ts'
import { RequestError } from '../../worker/request-error.ts'
import type { TypedSettings } from '../../worker/typed-settings.ts'
import type { ConnectorInfo, ConnectorStatus, TaskConfig } from '../../worker/views.ts'
import { connectorItself } from '../group/unit.ts'
import type { ConnectorConfig } from '../logs/cluster-state.ts'
import type { TargetState } from '../logs/config-records.ts'
import type { Herder } from './herder.ts'
import type { LeaderCalls } from './leader-calls.ts'
import { sliceSetting } from './task-record.ts'

export interface ClusterConnectorsServices {
  readonly herder: Herder
  readonly planner: Planner
  readonly leaderCalls: LeaderCalls
  readonly offsets: OffsetStore
  readonly events: WorkerEventLog
  /** The connector's settings as they are shown. */
  readonly shown: (settings: Settings) => Settings
  readonly typeOf: (settings: Settings) => ConnectorInfo['type']
  /** `inter.worker.verification.algorithms`. */
  readonly algorithms: readonly string[]
  readonly fence?: ((connector: string) => Promise<void>) | undefined
  /** Ends checks that are under way. */
  readonly closing: AbortController
}

const targets: Readonly<Record<InitialState, TargetState>> = {
  RUNNING: 'STARTED',
  PAUSED: 'PAUSED',
  STOPPED: 'STOPPED',
}

/** The connectors of a cluster of workers, seen from one of them. What there is is read from the topics; what is to be is written there by the leader. */
export class ClusterConnectors implements Connectors {
  readonly #services: ClusterConnectorsServices
  readonly #herder: Herder
  /** The leader's writes go one after the other: none decides on what the one before it changes. */
  #writing: Promise<unknown> = Promise.resolve()

  constructor(services: ClusterConnectorsServices) {
    this.#services = services
    this.#herder = services.herder
  }

  readonly internal: InternalRequests = {
    sessionKey: () => {
      const key = this.#herder.configs.state.sessionKey
      return key && { bytes: key.key }
    },
    algorithms: [],
    putTaskConfigs: (connector, tasks) => this.#herder.putTasks(connector, tasks),
    fence: async (connector) => {
      this.#herder.requireLead()
      await this.#services.fence?.(connector)
    },
  }

  put<S extends ConfigFields>(
    name: string,
    definition: Definition<S>,
    settings: TypedSettings<S>,
  ): Promise<ConnectorInfo>
  put(name: string, connectorClass: string, settings: SettingsInput): Promise<ConnectorInfo>
  put(name: string, settings: SettingsInput): Promise<ConnectorInfo>
  async put(name: string, ...rest: readonly unknown[]): Promise<ConnectorInfo> {
    const settings = this.#services.planner.settingsOf(rest)
    return (await this.apply(name, settings, { atStart: true })).info
  }

  async apply(
    name: string,
    given: Settings,
    how: ApplyHow = {},
  ): Promise<{ readonly info: ConnectorInfo; readonly created: boolean }> {
    this.#refuse(name, how)
    const { planner, events } = this.#services
    const { atStart = false } = how
    const { plan, warnings } = await planner.plan(new Map(given).set('name', name), { atStart })
    await planner.check(name, plan, { atStart })
    return this.#exclusive(async () => {
      this.#refuse(name, how)
      const created = !this.#all.has(name)
      events.configured(name, plan.plugin.definition.config, plan.settings)
      for (const warning of warnings) events.connectorWarning(name, warning)
      const target = created && how.initialState !== undefined ? targets[how.initialState] : undefined
      await this.#herder.configs.putConnector(name, plan.settings, target)
      return { info: this.get(name), created }
    })
  }

  async patch(name: string, changes: ReadonlyMap<string, string | null>): Promise<ConnectorInfo> {
    this.#herder.requireLead()
    // as they are shown: what stays masked is restored, or refused, as if all of it had been put back
    const settings = new Map(Object.entries(this.get(name).config))
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
    const { settings, tasks } = this.#find(name)
    const { shown, typeOf } = this.#services
    return {
      name,
      config: Object.fromEntries(shown(settings)),
      tasks: tasks.map((_, task) => ({ connector: name, task })),
      type: typeOf(settings),
    }
  }

  status(name: string): ConnectorStatus {
    this.#find(name)
    return this.#herder.statuses.of(name)
  }

  statuses(): readonly ConnectorStatus[] {
    return this.names().map((name) => this.status(name))
  }

  taskConfigs(name: string): readonly TaskConfig[] {
    return this.#find(name).tasks.map((record, task) => {
      const config = new Map(this.#services.shown(record))
      config.delete(sliceSetting)
      return { id: { connector: name, task }, config: Object.fromEntries(config) }
    })
  }

  /** Any worker may, as in Kafka Connect. */
  async pause(name: string): Promise<void> {
    this.#find(name)
    await this.#herder.configs.putTarget(name, 'PAUSED')
  }

  async resume(name: string): Promise<void> {
    this.#find(name)
    await this.#herder.configs.putTarget(name, 'STARTED')
  }

  /** The tasks first: without them a connector that goes on is sound, a stopped one that has some is not. */
  stop(name: string): Promise<void> {
    return this.#lead(name, async () => {
      await this.#herder.putTasks(name, [])
      await this.#herder.configs.putTarget(name, 'STOPPED')
    })
  }

  delete(name: string): Promise<void> {
    return this.#lead(name, async () => {
      await this.#herder.configs.removeConnector(name)
      this.#services.events.deleted(name)
    })
  }

  async restart(
    name: string,
    how: { readonly includeTasks?: boolean; readonly onlyFailed?: boolean } = {},
  ): Promise<ConnectorStatus> {
    const { includeTasks = false, onlyFailed = false } = how
    this.#find(name)
    if (!includeTasks && !onlyFailed) {
      this.#herder.requireOwn({ connector: name, task: connectorItself })
      this.#herder.workbench.restartConnector(name)
      return this.status(name)
    }
    return this.#lead(name, async () => {
      const before = this.status(name)
      await this.#herder.configs.putRestart({ connector: name, includeTasks, onlyFailed })
      return planned(before, { includeTasks, onlyFailed })
    })
  }

  async restartTask(name: string, task: number): Promise<void> {
    if (this.#find(name).tasks[task] === undefined) {
      throw new RequestError(404, `The connector ${name} has no task ${task}.`)
    }
    const unit = { connector: name, task }
    this.#herder.requireOwn(unit)
    this.#herder.workbench.restartTask(unit)
  }

  validate(given: Settings): Promise<readonly Issue[]> {
    return this.#services.planner.validate(given)
  }

  async offsets(name: string): Promise<readonly ConnectorOffset[]> {
    this.#find(name)
    return (await this.#services.offsets.all(name)) as readonly ConnectorOffset[]
  }

  async alterOffsets(name: string): Promise<string> {
    this.#find(name)
    throw new RequestError(500, 'Offsets can not be altered yet.')
  }

  async resetOffsets(name: string): Promise<string> {
    this.#find(name)
    throw new RequestError(500, 'Offsets can not be reset yet.')
  }

  topics(name: string): readonly string[] {
    this.#find(name)
    return [...this.#herder.topics.topics(name).keys()]
  }

  async resetTopics(name: string): Promise<void> {
    this.#find(name)
    this.#herder.topics.removeTopics(name)
  }

  async close(timeoutMs: number): Promise<void> {
    this.#services.closing.abort(new RequestError(503, 'The worker is stopping.'))
    await this.#herder.close(timeoutMs)
  }

  get #all(): ReadonlyMap<string, ConnectorConfig> {
    return this.#herder.configs.state.connectors
  }

  #find(name: string): ConnectorConfig {
    const found = this.#all.get(name)
    if (found === undefined) throw new RequestError(404, `There is no connector ${name}.`)
    return found
  }

  #refuse(name: string, { mode }: ApplyHow): void {
    this.#services.closing.signal.throwIfAborted()
    this.#herder.requireLead()
    if (mode === 'create' && this.#all.has(name)) {
      throw new RequestError(409, `Connector ${name} already exists.`)
    }
  }

  #lead<T>(name: string, write: () => Promise<T>): Promise<T> {
    return this.#exclusive(async () => {
      this.#herder.requireLead()
      this.#find(name)
      return write()
    })
  }

  #exclusive<T>(step: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(step)
    this.#writing = done.catch(() => {})
    return done
  }
}

/** What is about to restart shows so, as in Kafka Connect. */
function planned(
  status: ConnectorStatus,
  { includeTasks, onlyFailed }: { readonly includeTasks: boolean; readonly onlyFailed: boolean },
): ConnectorStatus {
  const restarting = <V extends ConnectorStatus['connector']>(view: V): V =>
    !onlyFailed || view.state === 'FAILED' ? { ...view, state: 'RESTARTING' } : view
  return {
    ...status,
    connector: restarting(status.connector),
    tasks: includeTasks ? status.tasks.map(restarting) : status.tasks,
  }
}
