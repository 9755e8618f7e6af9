import { type Logger, wait } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { WorkerConfig } from '../config/worker-fields.ts'
import type { Kafka, KafkaReach } from '../kafka/types.ts'
import type { Plugin, PluginRegistry } from '../plugins/registry.ts'
import { clientTls } from '../rest/tls.ts'
import { readUsers } from '../rest/users.ts'
import type { CleanUp } from '../task/clean-up.ts'
import { clientLog } from '../task/client-log.ts'
import { clientSettings } from '../task/client-settings.ts'
import { levelsOf } from '../telemetry/leveled-logger.ts'
import { loggerLevel } from '../telemetry/log-levels.ts'
import type { RebalanceFigures } from '../telemetry/rebalance-figures.ts'
import type { Connectors } from '../worker/connectors.ts'
import type { HostServices } from '../worker/in-process-host.ts'
import type { LocalConnectorsServices } from '../worker/local-connectors.ts'
import { Planner } from '../worker/planner.ts'
import type { ConnectorInfo } from '../worker/views.ts'
import { configTopic, refuseMissing, statusTopic } from './cluster-topics.ts'
import { countingEvents, countingJoins } from './count-rebalances.ts'
import { ClusterFence, type ClusterFenceOptions } from './fencing/cluster-fence.ts'
import { fenceProducers } from './fencing/fence-producers.ts'
import { ClusterConnectors } from './herder/cluster-connectors.ts'
import { clusterEvents } from './herder/cluster-events.ts'
import { ForwardingConnectors } from './herder/forwarding-connectors.ts'
import { Herder, type HerderOptions } from './herder/herder.ts'
import { LeaderCalls } from './herder/leader-calls.ts'
import { WorkerCalls } from './herder/worker-calls.ts'
import type { ConfigChange } from './logs/cluster-state.ts'
import { ConfigLog } from './logs/config-log.ts'
import { openLeaderWriter } from './logs/leader-writer.ts'
import { StatusLog } from './logs/status-log.ts'

export interface ClusterOptions extends LocalConnectorsServices, Pick<HostServices, 'resolve'> {
  readonly config: WorkerConfig
  /** The worker's settings. */
  readonly worker: Settings
  readonly reach: KafkaReach
  readonly log: Logger
  readonly rebalances: RebalanceFigures
  /** Takes what is to be closed if a later part fails to open. */
  readonly opened: CleanUp
}

/** A worker's part in its cluster, ready to join. */
export interface OpenCluster {
  readonly connectors: Connectors
  /** Whether the worker has been seated since it joined. */
  ready(): boolean
  /** `url` is where this worker's REST answers. */
  join(url: string): void
}

/** Opens the topics that the cluster keeps its state in, and reads them. Rejects with a KafkaError where they can't be used. */
export async function openCluster(options: ClusterOptions): Promise<OpenCluster> {
  const { config, worker, registry, log } = options
  const kafka = await reachKafka(options)
  let follow: (change: ConfigChange) => void = () => {}
  const logs = await openLogs(options, kafka, (change) => follow(change))
  const { configs } = logs
  const closing = new AbortController()
  const planner = new Planner({
    ...options,
    closing: closing.signal,
    known: (name) => {
      const settings = configs.state.connectors.get(name)?.settings
      return settings && { fields: pluginIn(registry, settings)?.definition.config ?? {}, settings }
    },
  })
  const tls = config.listeners.some((text) => /^https:/i.test(text)) ? clientTls(config, worker) : undefined
  const leaderCalls = new LeaderCalls({
    key: () => configs.state.sessionKey,
    algorithm: config.interWorkerSignatureAlgorithm,
    tls,
  })
  const events = countingEvents(clusterEvents(log), options.rebalances)
  const isSource = (settings: Settings): boolean => pluginIn(registry, settings)?.kind === 'source'
  const fencing = openFencing(options, {
    configs,
    leaderCalls,
    isSource,
    herder: () => herder,
    failed: events.notFenced,
  })
  const herder: Herder = new Herder({
    ...herderOptions(options, kafka),
    ...logs,
    ...(fencing && {
      fence: (connector, generation, signal) => fencing.before(connector, generation, signal),
      confirm: ({ connector, task }, generation) => fencing.confirm(connector, task, generation),
    }),
    leaderCalls,
    plan: planOf(planner),
    events,
  })
  follow = (change) => {
    if (change.type === 'logger') setLogger(log, change)
    herder.follow(change)
  }
  const here = new ClusterConnectors({
    ...options,
    herder,
    planner,
    typeOf: (settings) => typeOf(pluginIn(registry, settings)),
    algorithms: config.interWorkerVerificationAlgorithms,
    ...(fencing && { fence: (connector) => fencing.asLeader(connector) }),
    closing,
  })
  const connectors = new ForwardingConnectors({
    here,
    settingsOf: (rest) => planner.settingsOf(rest),
    calls: new WorkerCalls({ tls, users: () => readUsers(config) }),
    refresh: () => configs.refresh(),
    sleep: (ms) => wait(ms, closing.signal),
  })
  return { connectors, ready: () => herder.hasJoined, join: (url) => herder.join(url) }
}

/** What was set for the whole cluster (KIP-976). A level that isn't known says nothing. */
function setLogger(log: Logger, { namespace, level }: Extract<ConfigChange, { type: 'logger' }>): void {
  const known = loggerLevel(level)
  if (known !== undefined) levelsOf(log)?.set(namespace, known)
}

/** Undefined where sources deliver at least once. */
function openFencing(
  { config, worker, reach, resolve }: ClusterOptions,
  how: {
    readonly configs: ConfigLog
    readonly leaderCalls: LeaderCalls
    readonly isSource: (settings: Settings) => boolean
    readonly herder: () => Herder
    readonly failed: ClusterFenceOptions['failed']
  },
): ClusterFence | undefined {
  if (config.exactlyOnceSourceSupport !== 'enabled') return undefined
  const { configs, leaderCalls, isSource, herder, failed } = how
  return new ClusterFence({
    groupId: config.groupId!,
    state: () => configs.state,
    refresh: () => configs.refresh({ timeoutMs: config.workerSyncTimeoutMs }),
    putTaskCount: async (connector, tasks) => {
      await herder().untilClaimed()
      await configs.putTaskCount(connector, tasks)
    },
    fenceProducers: (ids, connector) => fenceProducers(ids, connector, { worker, reach, resolve }),
    isSource,
    standing: () => herder().standing,
    has: (connector, task) => herder().workbench.has({ connector, task }),
    askLeader: (leaderUrl, connector) => leaderCalls.fence(leaderUrl, connector),
    failed,
  })
}

async function reachKafka({ worker, reach, log }: ClusterOptions): Promise<Kafka> {
  const { createKafka } = await import('../kafka/create-kafka.ts')
  const { connection } = clientSettings({ role: 'producer', worker, overrides: {}, defaults: {} })
  return createKafka({ settings: connection, log: clientLog(log), ...reach })
}

async function openLogs(
  { config, log, opened }: ClusterOptions,
  kafka: Kafka,
  changed: (change: ConfigChange) => void,
): Promise<{ readonly configs: ConfigLog; readonly statuses: StatusLog }> {
  const admin = kafka.admin()
  const [forConfigs, forStatuses] = [configTopic(config), statusTopic(config)]
  const shared = { kafka, admin, log }
  const support = config.exactlyOnceSourceSupport
  try {
    if (!config.internalTopicsAutomaticCreationEnable) await refuseMissing([forConfigs, forStatuses], admin)
    const configs = await ConfigLog.open({
      ...shared,
      topic: forConfigs,
      changed,
      readCommitted: support === 'enabled',
      lead: () =>
        openLeaderWriter({
          kafka,
          topic: forConfigs.name,
          groupId: config.groupId!,
          transactional: support !== 'disabled',
        }),
    })
    opened.add(() => configs.close())
    const statuses = await StatusLog.open({ ...shared, topic: forStatuses })
    opened.add(() => statuses.close())
    return { configs, statuses }
  } finally {
    await admin.close()
  }
}

/** In sessions. A cluster takes about one of 10 s to notice that a broker is gone, and some seconds to name another coordinator. */
const graceSessions = 3

function herderOptions(
  options: ClusterOptions,
  kafka: Kafka,
): Omit<HerderOptions, 'configs' | 'statuses' | 'leaderCalls' | 'plan' | 'events'> {
  const { config, registry } = options
  return {
    ...options,
    group: {
      groupId: config.groupId!,
      sessionTimeoutMs: config.sessionTimeoutMs,
      rebalanceTimeoutMs: config.rebalanceTimeoutMs,
      heartbeatIntervalMs: config.heartbeatIntervalMs,
      unsyncBackoffMs: config.workerUnsyncBackoffMs,
      maxDelayMs: config.scheduledRebalanceMaxDelayMs,
      // a broker that dies takes the coordinator with it for some seconds, for which tasks need not stop
      graceMs: Math.min(config.scheduledRebalanceMaxDelayMs, graceSessions * config.sessionTimeoutMs),
      member: countingJoins((member) => kafka.member(member), options.rebalances),
    },
    syncTimeoutMs: config.workerSyncTimeoutMs,
    keys: {
      algorithm: config.interWorkerKeyGenerationAlgorithm,
      size: config.interWorkerKeySize,
      ttlMs: config.interWorkerKeyTtlMs,
    },
    pluginOf: (settings) => {
      const plugin = pluginIn(registry, settings)
      return { type: typeOf(plugin), version: plugin?.definition.version ?? 'unknown' }
    },
    tracksTopics: config.topicTrackingEnable,
  }
}

/** What was accepted once is run though a provider of values gives no answer just now: its tasks try again. */
function planOf(planner: Planner): HerderOptions['plan'] {
  return async (settings) => (await planner.plan(settings, { atStart: true })).plan
}

/** Undefined: this worker has no such plug-in. */
function pluginIn(registry: PluginRegistry, settings: Settings): Plugin | undefined {
  try {
    return registry.connector(settings.get('connector.class')?.trim() ?? '')
  } catch {
    return undefined
  }
}

function typeOf(plugin: Plugin | undefined): ConnectorInfo['type'] {
  return plugin?.kind === 'source' || plugin?.kind === 'sink' ? plugin.kind : 'unknown'
}
