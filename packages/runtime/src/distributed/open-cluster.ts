import type { ConfigFields, Logger } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { WorkerConfig } from '../config/worker-fields.ts'
import { type Admin, type Kafka, KafkaError, type TokenFunction } from '../kafka/types.ts'
import { clientLog } from '../task/client-log.ts'
import { clientSettings } from '../task/client-settings.ts'
import type { CleanUp } from '../task/clean-up.ts'
import type { HostServices } from '../worker/in-process-host.ts'
import type { LocalConnectorsServices } from '../worker/local-connectors.ts'
import { Planner } from '../worker/planner.ts'
import type { ConnectorInfo } from '../worker/views.ts'
import { ClusterFence, type ClusterFenceOptions } from './fencing/cluster-fence.ts'
import { fenceProducers } from './fencing/fence-producers.ts'
import { ClusterConnectors } from './herder/cluster-connectors.ts'
import { clusterEvents } from './herder/cluster-events.ts'
import { Herder } from './herder/herder.ts'
import { LeaderCalls } from './herder/leader-calls.ts'
import type { ConfigChange } from './logs/cluster-state.ts'
import { ConfigLog } from './logs/config-log.ts'
import type { InternalTopic } from './logs/internal-topic.ts'
import { openLeaderWriter } from './logs/leader-writer.ts'
import { StatusLog } from './logs/status-log.ts'

export interface ClusterOptions extends LocalConnectorsServices, Pick<HostServices, 'worker' | 'resolve'> {
  readonly token: TokenFunction | undefined
  readonly config: WorkerConfig
  readonly log: Logger
  /** Takes what is to be closed if a later part fails to open. */
  readonly opened: CleanUp
}

/** A worker's part in its cluster, ready to join. */
export interface OpenCluster {
  readonly connectors: ClusterConnectors
  /** Whether the worker has been seated since it joined. */
  ready(): boolean
  /** `url` is where this worker's REST answers. */
  join(url: string): void
}

/** Opens the topics that the cluster keeps its state in, and reads them. Rejects with a KafkaError where they can't be used. */
export async function openCluster(options: ClusterOptions): Promise<OpenCluster> {
  const { config, log, opened, registry } = options
  const kafka = await reachKafka(options)
  const admin = kafka.admin()
  try {
    const topics = [configTopic(config), statusTopic(config)]
    if (!config.internalTopicsAutomaticCreationEnable) await refuseMissing(topics, admin)
    let follow: (change: ConfigChange) => void = () => {}
    const [forConfigs, forStatuses] = topics as [InternalTopic, InternalTopic]
    const configs = await ConfigLog.open({
      topic: forConfigs,
      kafka,
      admin,
      log,
      changed: (change) => follow(change),
      lead: () => openLeaderWriter({ kafka, topic: forConfigs.name, groupId: config.groupId! }),
    })
    opened.add(() => configs.close())
    const statuses = await StatusLog.open({ topic: forStatuses, kafka, admin, log })
    opened.add(() => statuses.close())
    const closing = new AbortController()
    const planner = new Planner({
      ...options,
      closing: closing.signal,
      known: (name) => {
        const settings = configs.state.connectors.get(name)?.settings
        return settings && { fields: fieldsOf(settings), settings }
      },
    })
    const find = (settings: Settings) => {
      try {
        return registry.connector(settings.get('connector.class') ?? '')
      } catch {
        return undefined
      }
    }
    const fieldsOf = (settings: Settings): ConfigFields => find(settings)?.definition.config ?? {}
    const typeOf = (settings: Settings): ConnectorInfo['type'] => {
      const kind = find(settings)?.kind
      return kind === 'source' || kind === 'sink' ? kind : 'unknown'
    }
    const leaderCalls = new LeaderCalls({
      key: () => configs.state.sessionKey,
      algorithm: config.interWorkerSignatureAlgorithm,
    })
    const events = clusterEvents(log)
    const fencing = openFencing(options, {
      configs,
      leaderCalls,
      isSource: (settings) => typeOf(settings) === 'source',
      herder: () => herder,
      failed: events.notFenced,
    })
    const herder: Herder = new Herder({
      ...options,
      ...(fencing && {
        fence: (connector, generation, signal) => fencing.before(connector, generation, signal),
        confirm: ({ connector, task }, generation) => fencing.confirm(connector, task, generation),
      }),
      configs,
      statuses,
      leaderCalls,
      group: {
        groupId: config.groupId!,
        sessionTimeoutMs: config.sessionTimeoutMs,
        rebalanceTimeoutMs: config.rebalanceTimeoutMs,
        heartbeatIntervalMs: config.heartbeatIntervalMs,
        unsyncBackoffMs: config.workerUnsyncBackoffMs,
        maxDelayMs: config.scheduledRebalanceMaxDelayMs,
        member: (member) => kafka.member(member),
      },
      syncTimeoutMs: config.workerSyncTimeoutMs,
      keys: {
        algorithm: config.interWorkerKeyGenerationAlgorithm,
        size: config.interWorkerKeySize,
        ttlMs: config.interWorkerKeyTtlMs,
      },
      plan: async (settings) => (await planner.plan(settings, { atStart: true })).plan,
      pluginOf: (settings) => ({
        type: typeOf(settings),
        version: find(settings)?.definition.version ?? 'unknown',
      }),
      tracksTopics: config.topicTrackingEnable,
      events,
    })
    follow = (change) => herder.follow(change)
    const connectors = new ClusterConnectors({
      ...options,
      herder,
      planner,
      typeOf,
      algorithms: config.interWorkerVerificationAlgorithms,
      ...(fencing && { fence: (connector) => fencing.asLeader(connector) }),
      closing,
    })
    return {
      connectors,
      ready: () => herder.hasJoined,
      join: (url) => {
        if (/^https?:\/\/(127\.|localhost|\[::1\])/.test(url)) events.loopbackUrl(url)
        herder.join(url)
      },
    }
  } finally {
    await admin.close()
  }
}

/** Undefined where sources deliver at least once. */
function openFencing(
  { config, worker, token, resolve }: ClusterOptions,
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
    fenceProducers: (ids, connector) => fenceProducers(ids, connector, { worker, token, resolve }),
    isSource,
    standing: () => herder().standing,
    has: (connector, task) => herder().workbench.has({ connector, task }),
    askLeader: (leaderUrl, connector) => leaderCalls.fence(leaderUrl, connector),
    failed,
  })
}

async function reachKafka({ worker, token, log }: ClusterOptions): Promise<Kafka> {
  const { createKafka } = await import('../kafka/create-kafka.ts')
  const { connection } = clientSettings({ role: 'producer', worker, overrides: {}, defaults: {} })
  return createKafka({ settings: connection, log: clientLog(log), ...(token && { token }) })
}

function configTopic(config: WorkerConfig): InternalTopic {
  return {
    name: config.configStorageTopic!,
    setting: 'config.storage.topic',
    holds: 'connector configurations',
    partitions: 1,
    replicationFactor: config.configStorageReplicationFactor,
    configs: config.configStorage,
    onePartition: true,
  }
}

function statusTopic(config: WorkerConfig): InternalTopic {
  return {
    name: config.statusStorageTopic ?? '',
    setting: 'status.storage.topic',
    holds: 'states of connectors and tasks',
    partitions: config.statusStoragePartitions,
    replicationFactor: config.statusStorageReplicationFactor,
    configs: config.statusStorage,
  }
}

async function refuseMissing(topics: readonly InternalTopic[], admin: Admin): Promise<void> {
  const found = await admin.describeTopics(topics.map(({ name }) => name))
  const missing = topics.find(({ name }) => !found.has(name))
  if (missing === undefined) return
  throw new KafkaError(
    `The topic ${missing.name} (${missing.setting}) does not exist, and internal.topics.automatic.creation.enable=false says not to make it: make it, compacted.`,
    { code: 'CONFIG', retriable: false },
  )
}
