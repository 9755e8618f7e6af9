import type { ConfigFields, Definition, Issue } from '@sluice/template'
import type { InitialState } from '../../config/connector-file.ts'
import { type Settings, type SettingsInput, toObject } from '../../config/settings.ts'
import { KafkaError } from '../../kafka/types.ts'
import type { LoggerLevel } from '../../telemetry/log-levels.ts'
import type { WorkerEventLog } from '../../telemetry/worker-events.ts'
import type { ApplyHow, ConnectorOffset, Connectors, Health } from '../../worker/connectors.ts'
import { NotLeader } from '../../worker/forward-request.ts'
import type { InternalRequests } from '../../worker/internal-requests.ts'
import { noSuch, notStopped } from '../../worker/no-such.ts'
import type { OffsetEdits } from '../../worker/offset-edits.ts'
import type { ConnectorPlan } from '../../worker/connector-plan.ts'
import type { Planner } from '../../worker/planner.ts'
import { RequestError } from '../../worker/request-error.ts'
import type { TypedSettings } from '../../worker/typed-settings.ts'
import { type ConnectorInfo, type ConnectorStatus, restarting, type TaskConfig } from '../../worker/views.ts'
import { connectorItself } from '../group/unit.ts'
import type { ConnectorConfig } from '../logs/cluster-state.ts'
import type { TargetState } from '../logs/config-records.ts'
import type { Herder } from './herder.ts'
import { sliceSetting } from './task-record.ts'
import { Turns } from './turns.ts'

export interface ClusterConnectorsServices {
  readonly herder: Herder
  readonly planner: Planner
  readonly edits: OffsetEdits
  readonly events: WorkerEventLog
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
  readonly #writing = new Turns()
  /** What is done about one connector, too: its own code may be asked, for which no other connector waits. */
  readonly #doing = new Turns()
  #looking: Promise<Health> | undefined

  readonly internal: InternalRequests

  constructor(services: ClusterConnectorsServices) {
    const { herder, algorithms, fence } = services
    this.#services = services
    this.#herder = herder
    this.internal = {
      sessionKey: () => {
        const key = herder.configs.state.sessionKey
        return key && { bytes: key.key }
      },
      algorithms,
      putTaskConfigs: (connector, tasks) => herder.putTasks(connector, tasks),
      fence: async (connector) => {
        herder.requireLead()
        await fence?.(connector)
      },
    }
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
    return this.#exclusive(name, async () => {
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
    const settings = new Map(this.#find(name).settings)
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
    const { typeOf } = this.#services
    return {
      name,
      config: toObject(settings),
      tasks: tasks.map((_, task) => ({ connector: name, task })),
      type: typeOf(settings),
    }
  }

  status(name: string): ConnectorStatus {
    this.#find(name, noSuch.status)
    return this.#herder.statuses.of(name)
  }

  statuses(): readonly ConnectorStatus[] {
    return this.names().map((name) => this.status(name))
  }

  taskConfigs(name: string): readonly TaskConfig[] {
    return this.#find(name).tasks.map((record, task) => {
      const config = new Map(record)
      config.delete(sliceSetting)
      return { id: { connector: name, task }, config: toObject(config) }
    })
  }

  /** Any worker may, as in Kafka Connect. */
  async pause(name: string): Promise<void> {
    this.#find(name, noSuch.target)
    await this.#herder.configs.putTarget(name, 'PAUSED')
  }

  async resume(name: string): Promise<void> {
    this.#find(name, noSuch.target)
    await this.#herder.configs.putTarget(name, 'STARTED')
  }

  /** The tasks first: without them a connector that goes on is sound, a stopped one that has some is not. */
  async stop(name: string, { wait = true }: { readonly wait?: boolean } = {}): Promise<void> {
    this.#find(name, noSuch.target)
    await this.#lead(name, async () => {
      await this.#herder.putTasks(name, [])
      await this.#herder.configs.putTarget(name, 'STOPPED')
    })
    if (wait) await this.#herder.untilNobodyRuns(name)
  }

  async delete(name: string, { wait = true }: { readonly wait?: boolean } = {}): Promise<void> {
    await this.#lead(name, async () => {
      await this.#herder.configs.removeConnector(name)
      this.#services.events.deleted(name)
    })
    if (wait) await this.#herder.untilNobodyRuns(name)
  }

  async restart(
    name: string,
    how: { readonly includeTasks?: boolean; readonly onlyFailed?: boolean } = {},
  ): Promise<ConnectorStatus> {
    const { includeTasks = false, onlyFailed = false } = how
    this.#find(name, noSuch.restarted)
    const status = restarting(this.status(name), { includeTasks, onlyFailed })
    if (includeTasks || onlyFailed) {
      const request = { connector: name, includeTasks, onlyFailed }
      await this.#lead(name, () => this.#herder.configs.putRestart(request))
    } else {
      this.#herder.requireOwn({ connector: name, task: connectorItself })
      this.#herder.workbench.restartConnector(name)
    }
    return status
  }

  async restartTask(name: string, task: number): Promise<void> {
    if (this.#find(name, noSuch.restarted).tasks[task] === undefined) throw noSuch.task(name, task)
    const unit = { connector: name, task }
    this.#herder.requireOwn(unit)
    this.#herder.workbench.restartTask(unit)
  }

  validate(given: Settings): Promise<readonly Issue[]> {
    return this.#services.planner.validate(given)
  }

  async offsets(name: string): Promise<readonly ConnectorOffset[]> {
    return this.#services.edits.read(name, await this.#planOf(name))
  }

  alterOffsets(name: string, changes: readonly ConnectorOffset[]): Promise<string> {
    return this.#whileStopped(name, (plan) => this.#services.edits.alter(name, plan, changes))
  }

  resetOffsets(name: string): Promise<string> {
    return this.#whileStopped(name, (plan) => this.#services.edits.reset(name, plan))
  }

  topics(name: string): readonly string[] {
    return [...this.#herder.topics.topics(name).keys()]
  }

  async resetTopics(name: string): Promise<void> {
    this.#herder.topics.removeTopics(name)
  }

  /** Every worker that runs sets it when it reads the record; one that starts later doesn't, as in Kafka Connect. */
  async setLoggers(namespace: string, level: LoggerLevel): Promise<void> {
    await this.#herder.configs.putLogger(namespace, level)
  }

  /** Whoever asks while another waits for the answer gets the same. */
  health(call: { readonly timeoutMs: number }): Promise<Health> {
    this.#looking ??= this.#herder.health(call).finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async close(timeoutMs: number): Promise<void> {
    this.#services.closing.abort(new RequestError(503, 'The worker is stopping.'))
    await this.#herder.close(timeoutMs)
  }

  get #all(): ReadonlyMap<string, ConnectorConfig> {
    return this.#herder.configs.state.connectors
  }

  #find(name: string, or: (name: string) => RequestError = noSuch.connector): ConnectorConfig {
    const found = this.#all.get(name)
    if (found === undefined) throw or(name)
    return found
  }

  async #planOf(name: string): Promise<ConnectorPlan> {
    const { plan } = await this.#services.planner.plan(this.#find(name).settings, { atStart: true })
    return plan
  }

  #refuse(name: string, { mode }: ApplyHow): void {
    this.#services.closing.signal.throwIfAborted()
    this.#herder.requireLead()
    if (mode === 'create' && this.#all.has(name)) {
      throw new RequestError(409, `Connector ${name} already exists`)
    }
  }

  /** Offsets are changed where no worker runs a task of it any more. */
  #whileStopped<T>(name: string, work: (plan: ConnectorPlan) => Promise<T>): Promise<T> {
    this.#find(name)
    return this.#alone(name, async () => {
      await this.#herder.untilClaimed()
      this.#herder.requireLead()
      const { target, tasks } = this.#find(name)
      if (target !== 'STOPPED' || tasks.length > 0) throw notStopped(name)
      await this.#herder.untilNobodyRuns(name)
      // a task that was frozen would commit what is about to be changed
      await this.#services.fence?.(name)
      return work(await this.#planOf(name))
    })
  }

  #lead<T>(name: string, write: () => Promise<T>): Promise<T> {
    this.#find(name)
    return this.#exclusive(name, async () => {
      this.#herder.requireLead()
      this.#find(name)
      return write()
    })
  }

  #exclusive<T>(name: string, step: () => Promise<T>): Promise<T> {
    const write = async (): Promise<T> => {
      await this.#herder.untilClaimed()
      return step()
    }
    return this.#alone(name, () => this.#writing.take('all', write))
  }

  async #alone<T>(name: string, step: () => Promise<T>): Promise<T> {
    try {
      return await this.#doing.take(name, step)
    } catch (error) {
      // another one leads, and the group doesn't know yet
      if (error instanceof KafkaError && ['NOT_LEADER', 'PRODUCER_FENCED'].includes(error.code)) {
        throw new NotLeader(undefined)
      }
      throw error
    }
  }
}
