import type { Settings } from '../../config/settings.ts'
import type { KafkaError } from '../../kafka/types.ts'
import type { PluginRegistry } from '../../plugins/registry.ts'
import type { TaskStatus } from '../../task/task.ts'
import type { ConnectorPlan } from '../../worker/connector-plan.ts'
import { NotLeader, NotOwner } from '../../worker/forward-request.ts'
import { RequestError } from '../../worker/request-error.ts'
import type { TaskHost } from '../../worker/task-host.ts'
import type { Health } from '../../worker/connectors.ts'
import type { ConnectorStatus } from '../../worker/views.ts'
import { ConnectGroup, type ConnectGroupOptions, type Standing } from '../group/connect-group.ts'
import { connectorItself, keyOf, type Unit } from '../group/unit.ts'
import type { ClusterState, ConfigChange } from '../logs/cluster-state.ts'
import type { ConfigLog } from '../logs/config-log.ts'
import type { StatusLog } from '../logs/status-log.ts'
import type { ClusterEventLog } from './cluster-events.ts'
import { clusterHealth } from './cluster-health.ts'
import { ClusterStatuses } from './cluster-statuses.ts'
import type { LeaderCalls } from './leader-calls.ts'
import { publishTasks } from './publish-tasks.ts'
import { SessionKeys, type SessionKeysOptions } from './session-keys.ts'
import { until } from './until.ts'
import { Workbench } from './workbench.ts'

export interface HerderOptions {
  readonly configs: ConfigLog
  readonly statuses: StatusLog
  readonly leaderCalls: LeaderCalls
  readonly host: TaskHost
  readonly group: Pick<
    ConnectGroupOptions,
    | 'groupId'
    | 'sessionTimeoutMs'
    | 'rebalanceTimeoutMs'
    | 'heartbeatIntervalMs'
    | 'unsyncBackoffMs'
    | 'maxDelayMs'
    | 'graceMs'
    | 'member'
  >
  readonly syncTimeoutMs: number
  readonly keys: Pick<SessionKeysOptions, 'algorithm' | 'size' | 'ttlMs'>
  readonly plan: (settings: Settings) => Promise<ConnectorPlan>
  readonly registry: Pick<PluginRegistry, 'connector'>
  readonly pluginOf: (settings: Settings) => {
    readonly type: ConnectorStatus['type']
    readonly version: string
  }
  /** `exactly.once.source.support`: nothing of a former generation can write any more when it resolves. */
  readonly fence?: ((connector: string, generation: number, signal: AbortSignal) => Promise<void>) | undefined
  /** The same: rejects where a task that has just taken its transactional id isn't to run here any more. */
  readonly confirm?: ((unit: Unit, generation: number) => Promise<void>) | undefined
  /** `topic.tracking.enable`. */
  readonly tracksTopics: boolean
  readonly gracefulTimeoutMs: number
  readonly splitTimeoutMs: number
  readonly workerId: () => string
  readonly events: ClusterEventLog
  readonly changed: (change: { connector: string; task?: number; status: TaskStatus }) => void
  readonly forget: (connector: string) => void
}

/** What makes a worker a part of its cluster: the group says what is its own, the config topic what that is to be, and the workbench runs it. */
export class Herder {
  readonly configs: ConfigLog
  readonly statuses: ClusterStatuses
  readonly topics: Pick<StatusLog, 'topics' | 'removeTopics'>
  readonly workbench: Workbench
  readonly #options: HerderOptions
  readonly #keys: SessionKeys
  #group: ConnectGroup | undefined
  #generation = 0
  /** What was to run when the group was last asked to share out. */
  #units = ''

  constructor(options: HerderOptions) {
    const { configs, statuses, plan, fence, confirm, events } = options
    this.#options = options
    this.configs = configs
    this.topics = statuses
    this.workbench = new Workbench({
      ...options,
      state: () => configs.state,
      plan,
      fence,
      confirm,
      publish: (connector, how) =>
        publishTasks(connector, how, {
          state: () => configs.state,
          put: (name, tasks) => this.#handOver(name, tasks),
          failed: events.notPublished,
        }),
      status: (unit, status) => this.#tell(unit, status),
      topic: (unit, topic) => this.#used(unit, topic),
    })
    this.statuses = new ClusterStatuses({
      log: statuses,
      state: () => configs.state,
      workerId: options.workerId,
      generation: () => this.#generation,
      here: (unit) => this.workbench.statusOf(unit),
      pluginOf: (connector) =>
        options.pluginOf(configs.state.connectors.get(connector)?.settings ?? new Map()),
    })
    this.#keys = new SessionKeys({
      ...options.keys,
      current: () => configs.state.sessionKey,
      claim: (key) => configs.claim(key),
      isClaimed: () => configs.isClaimed,
      failed: events.noSessionKey,
    })
  }

  /** Joins the cluster; `url` is where this worker's REST answers. */
  join(url: string): void {
    const { group, events } = this.#options
    const { configs } = this
    events.joining(group.groupId, url)
    if (isLoopback(url)) events.loopbackUrl(url)
    this.#units = unitsText(configs.state)
    this.#group = new ConnectGroup({
      ...group,
      url,
      config: {
        offset: () => configs.state.offset,
        readTo: (offset) => this.#readTo(offset),
        units: () => unitsOf(configs.state),
      },
      lastRun: (unit) => {
        const workerId = this.statuses.lastWorker(unit)
        return workerId === undefined ? undefined : urlOf(workerId, url)
      },
      changed: (standing) => this.#stands(standing),
      stop: (units) => this.workbench.stop(units),
      events: {
        joined: events.joined,
        lost: (cause: KafkaError, units) => events.lost(cause, units),
        behind: events.behind,
      },
    })
    this.#group.start()
  }

  /** Whether the group has told once what is to run here. */
  get hasJoined(): boolean {
    return this.#generation > 0
  }

  /** Whether it does its work as a member of the cluster; found out within `timeoutMs`. Never rejects. */
  health(call: { readonly timeoutMs: number }): Promise<Health> {
    const { configs } = this
    return clusterHealth(
      {
        hasJoined: () => this.hasJoined,
        isInTouch: () => this.#group?.isInTouch === true,
        refresh: (how) => configs.refresh(how),
        settled: () => configs.settled(),
      },
      call,
    )
  }

  get standing(): Standing | undefined {
    return this.#group?.standing
  }

  /** Throws a NotLeader unless this worker leads. */
  requireLead(): void {
    const { standing } = this
    if (standing?.leads !== true) throw new NotLeader(standing?.leaderUrl)
  }

  /** Throws unless the unit runs here: the leader knows where it does. */
  requireOwn(unit: Unit): void {
    if (this.workbench.has(unit)) return
    this.requireLead()
    throw new NotOwner(this.#group?.ownerOf(unit))
  }

  /** Resolves once this worker may write as the leader, or soon enough if it may not. */
  async untilClaimed(): Promise<void> {
    await until(() => this.configs.isClaimed || this.standing?.leads !== true, claimPatienceMs)
  }

  /** For the leader: resolves once no worker has a task of the connector any more. Rejects with a RequestError where that takes long. */
  async untilNobodyRuns(connector: string): Promise<void> {
    const ended = await until(() => this.#group?.hasTasks(connector) !== true, stopPatienceMs)
    if (!ended)
      throw new RequestError(500, `A worker has not ended its tasks of the connector ${connector} yet.`)
  }

  /** For the leader. What comes for a connector that was stopped meanwhile is too late. */
  async putTasks(connector: string, tasks: readonly Settings[]): Promise<void> {
    this.requireLead()
    const known = this.configs.state.connectors.get(connector)
    if (known === undefined) throw new RequestError(404, `There is no connector ${connector}.`)
    if (known.target === 'STOPPED' && tasks.length > 0) return
    await this.configs.putTasks(connector, tasks)
  }

  /** To be called with every change of the config topic. */
  follow(change: ConfigChange): void {
    if (change.type === 'restart') return this.workbench.restart(change)
    if (change.type === 'session-key' || change.type === 'logger') return
    if (change.type === 'given-up') return this.#givenUp(change.isFenced)
    this.workbench.follow()
    if (change.type === 'removed') this.#options.forget(change.connector)
    if (change.type === 'tasks' && this.configs.state.connectors.get(change.connector)?.inconsistent) {
      this.workbench.restartConnector(change.connector)
    }
    const units = unitsText(this.configs.state)
    if (units === this.#units) return
    this.#units = units
    this.#group?.rebalance()
    if (this.standing?.leads) this.statuses.removeDeleted()
  }

  /** Ends what runs here within `timeoutMs`, and leaves the cluster. */
  async close(timeoutMs: number): Promise<void> {
    this.#keys.lead(false)
    await this.workbench.close(timeoutMs)
    await Promise.race([this.#options.statuses.flush().catch(() => {}), unrefed(flushTimeoutMs)])
    await this.#group?.close()
    await Promise.all([this.configs.close(), this.#options.statuses.close()])
  }

  /** A worker that was fenced may lead no more: the group knows. */
  #givenUp(isFenced: boolean): void {
    if (isFenced) this.#group?.rebalance()
    else this.#keys.lead(this.standing?.leads === true)
  }

  #stands(standing: Standing): void {
    if (standing.state === 'seated') this.#generation = standing.generation
    this.#keys.lead(standing.leads)
    if (!standing.leads) void this.configs.giveUp()
    if (standing.leads) {
      this.statuses.removeDeleted()
      this.statuses.putUnassigned(this.#group?.waiting() ?? [])
    }
    this.workbench.run(standing.units)
  }

  async #handOver(connector: string, tasks: readonly Settings[]): Promise<void> {
    const { standing } = this
    if (standing?.leads === true) return this.putTasks(connector, tasks)
    if (standing?.leaderUrl === undefined) throw new NotLeader(undefined)
    await this.#options.leaderCalls.putTaskConfigs(standing.leaderUrl, connector, tasks)
  }

  #tell(unit: Unit, status: TaskStatus): void {
    const { connector, task } = unit
    this.#options.changed({ connector, ...(task !== connectorItself && { task }), status })
    this.statuses.put(unit, status)
  }

  #used({ connector, task }: Unit, topic: string): void {
    if (!this.#options.tracksTopics) return
    this.#options.statuses.putTopic({ topic, connector, task, discoveredAt: Date.now() })
  }

  async #readTo(offset: bigint): Promise<boolean> {
    if (this.configs.state.offset >= offset) return true
    await this.configs.refresh({ timeoutMs: this.#options.syncTimeoutMs }).catch(() => {})
    return this.configs.state.offset >= offset
  }
}

const flushTimeoutMs = 2000
const claimPatienceMs = 15_000
const stopPatienceMs = 60_000

/** All that is to run, as the config topic has it. */
function unitsOf({ connectors }: ClusterState): readonly Unit[] {
  return [...connectors].flatMap(([connector, { tasks }]) =>
    Array.from({ length: tasks.length + 1 }, (_, index) => ({ connector, task: index - 1 })),
  )
}

const unitsText = (state: ClusterState): string => unitsOf(state).map(keyOf).toSorted().join('\n')

const isLoopback = (url: string): boolean => /^(127\.|localhost$|\[::1\]$)/.test(new URL(url).hostname)

/** Workers of one cluster are reached by the same protocol. */
function urlOf(workerId: string, like: string): string {
  return `${new URL(like).protocol}//${workerId}/`
}

function unrefed(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, ms).unref()
  return promise
}
