import { type Logger, parseConfig } from '@sluice/template'
import { isDistributed, type WorkerMode } from '../config/cluster-config.ts'
import { checkWorkerConfig, readWorkerConfig } from '../config/worker-config.ts'
import { type Settings, toSettings } from '../config/settings.ts'
import { type WorkerConfig, workerFields } from '../config/worker-fields.ts'
import type { OffsetStore } from '../offsets/offset-store.ts'
import { ExternalValues, openValues } from '../providers/external-values.ts'
import { redactingFigures } from '../providers/redacting-figures.ts'
import { redactingHost } from '../providers/redacting-host.ts'
import type { Redactor } from '../providers/redactor.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import type { CleanUp } from '../task/clean-up.ts'
import { unlessAborted } from '../task/signals.ts'
import { loggerNames } from '../telemetry/leveled-logger.ts'
import { loggerLevel, type LogLevels } from '../telemetry/log-levels.ts'
import type { WorkerEventLog } from '../telemetry/worker-events.ts'
import type { Observed } from '../telemetry/samples.ts'
import type { WorkerFigures } from '../telemetry/worker-figures.ts'
import { type Cluster, reachCluster } from './cluster.ts'
import type { Connectors } from './connectors.ts'
import { createInProcessHost, type HostServices } from './in-process-host.ts'
import { checkLogin, reachKafka, withKafka } from './kafka-access.ts'
import { OffsetEdits } from './offset-edits.ts'
import { openOffsets, type OffsetsContext } from './open-offsets.ts'
import { openRegistry } from './open-registry.ts'
import { LocalConnectors, type LocalConnectorsServices } from './local-connectors.ts'
import type { StateChanges } from './state-changes.ts'
import type { TaskHost } from './task-host.ts'
import type { WorkerOptions } from './worker-options.ts'

/** What a started worker consists of. */
export interface Parts {
  readonly connectors: Connectors
  /** Joins the cluster; absent: there is none. */
  readonly join?: ((url: string) => void) | undefined
  /** Whether the cluster has given the worker its part; absent: there is none. */
  readonly ready?: (() => boolean) | undefined
  readonly registry: PluginRegistry
  readonly config: WorkerConfig
  readonly settings: Settings
  readonly isolation: 'none' | 'thread'
  readonly host: TaskHost
  readonly values: ExternalValues
  readonly cluster: Cluster
  /** Takes the figures out of the program's registry. */
  readonly unpublish: () => void
  /** Closes the store, unless it is the program's own. */
  readonly closeOffsets: () => Promise<void>
}

export interface PartsContext {
  readonly log: Logger
  readonly levels: LogLevels
  readonly events: WorkerEventLog
  readonly figures: WorkerFigures
  readonly changes: StateChanges
  /** Of the log, too, that is passed here. */
  readonly redactor: Redactor
  readonly workerId: () => string
  /** The worker was stopped: nothing is waited for any more. */
  readonly stopped: AbortSignal
  /** Takes what is to be closed if a later part fails to open. */
  readonly opened: CleanUp
}

/** Rejects with a ConfigError that has every issue with the worker's settings, with what else fails, or with why it was stopped. */
export async function openParts(options: WorkerOptions, context: PartsContext): Promise<Parts> {
  const { events, log, opened, redactor, stopped } = context
  const { kafka, plugins, baseFolder, settings: input = {} } = options
  const given = await unlessAborted(withKafka(toSettings(input, 'The settings'), kafka), stopped)
  const base = baseFolder ?? process.cwd()
  const loading = openRegistry({ given: plugins ?? [], pluginPath: pluginPathOf(given), base, events })
  const registry = await unlessAborted(loading, stopped)
  const { settings: known, ...found } = await unlessAborted(
    openValues(given, { registry, redactor }),
    stopped,
  )
  const values: ExternalValues = new ExternalValues(found.resolver, {
    redactor,
    events,
    restart: (connector) => host.reopen(connector),
  })
  opened.add(() => values.close())
  const mode = { mode: options.mode ?? 'embedded' } as const
  checkWorkerConfig(known, mode)
  const reached = await unlessAborted(reachKafka(known, { kafka, base, log }), stopped)
  const { settings, reach } = reached
  const { config, warnings } = readWorkerConfig(settings, mode)
  if (reach.refused) await unlessAborted(checkLogin(reached, events.noBroker), stopped)
  if (settings.has('log.level')) context.levels.set('root', loggerLevel(config.logLevel) ?? 'INFO')
  const cluster = await reachCluster(settings, reach)
  for (const warning of [...found.warnings, ...warnings]) events.settingWarning(warning)
  const { offsets, closeOffsets } = await offsetsOf(options, {
    ...context,
    offsets: { config, worker: settings, reach, log },
  })
  const services: HostServices = {
    worker: settings,
    secrets: found.secrets,
    registry,
    offsets,
    log,
    reach,
    resolve: async ({ connector, settings: all, runs }) =>
      runs ? values.resolve(connector, all) : values.lookAt(connector, all),
    metrics: (connector, task) => redactingFigures(context.figures.task(connector, task), redactor),
  }
  const isolation = options.isolation ?? config.taskIsolation
  const host = redactingHost(await openHost(options, { services, config, isolation }), {
    redactor,
    idle: (connector) => values.idle(connector),
  })
  opened.add(() => host.close())
  const edits = new OffsetEdits({ ...services, host, alterTimeoutMs: config.connectorCheckTimeoutMs })
  const { connectors, join, ready } = await openConnectors(context, {
    mode: options.mode,
    config,
    services,
    host,
    edits,
    values,
  })
  const unpublish = await publish(options, observed({ ...context, connectors }))
  opened.add(unpublish)
  stopped.throwIfAborted()
  return {
    connectors,
    join,
    ready,
    registry,
    config,
    settings,
    isolation,
    host,
    values,
    cluster,
    unpublish,
    closeOffsets,
  }
}

/** As it stands: what it names has to be loaded before a provider can be asked for anything. */
function pluginPathOf(settings: Settings): readonly string[] {
  const { pluginPath } = workerFields
  return parseConfig({ pluginPath }, settings).config?.pluginPath ?? []
}

async function offsetsOf(
  options: WorkerOptions,
  { opened, stopped, offsets }: PartsContext & { readonly offsets: OffsetsContext },
): Promise<{ readonly offsets: OffsetStore; readonly closeOffsets: () => Promise<void> }> {
  if (options.offsets !== undefined) return { offsets: options.offsets, closeOffsets: async () => {} }
  const opening = openOffsets(offsets)
  const closeOffsets = async (): Promise<void> => (await opening).close()
  opened.add(async () => {
    // a store that opens after the worker was stopped is closed then; nobody waits for it
    if (stopped.aborted) void closeOffsets().catch(() => {})
    else await closeOffsets()
  })
  return { offsets: await unlessAborted(opening, stopped), closeOffsets }
}

async function openHost(
  options: WorkerOptions,
  how: {
    readonly services: HostServices
    readonly config: WorkerConfig
    readonly isolation: 'none' | 'thread'
  },
): Promise<TaskHost> {
  const { services, config, isolation } = how
  if (isolation === 'thread') {
    const { createThreadHost } = await import('../threads/thread-host.ts')
    return createThreadHost(services, config)
  }
  const createTask = options.createTask ?? (await import('../task/create-task.ts')).createTask
  return createInProcessHost(services, createTask)
}

async function openConnectors(
  { events, figures, changes, levels, workerId, log, opened, stopped }: PartsContext,
  how: {
    readonly mode: WorkerMode | undefined
    readonly config: WorkerConfig
    readonly services: HostServices
    readonly host: TaskHost
    readonly edits: OffsetEdits
    readonly values: ExternalValues
  },
): Promise<Pick<Parts, 'connectors' | 'join' | 'ready'>> {
  const { config, services, host, edits, values } = how
  const shared: LocalConnectorsServices = {
    registry: services.registry,
    edits,
    values,
    host,
    policy: {
      policy: config.connectorClientConfigOverridePolicy,
      allowlist: config.connectorClientConfigOverrideAllowlist,
    },
    exactlyOnce: config.exactlyOnceSourceSupport === 'enabled',
    events,
    workerId,
    gracefulTimeoutMs: config.taskShutdownGracefulTimeoutMs,
    splitTimeoutMs: config.connectorSplitTimeoutMs,
    checkTimeoutMs: config.connectorCheckTimeoutMs,
    forget: (connector) => {
      figures.forget(connector)
      changes.forget(connector)
      levels.forget(loggerNames.connector(connector))
      values.forget(connector)
    },
    changed: (change) => changes.take(change),
  }
  if (how.mode === 'standalone' || !isDistributed(config)) return { connectors: new LocalConnectors(shared) }
  const { openCluster } = await import('../distributed/open-cluster.ts')
  const { worker, reach, resolve } = services
  const { rebalances } = figures
  return unlessAborted(
    openCluster({ ...shared, config, worker, reach, resolve, log, opened, rebalances }),
    stopped,
  )
}

async function publish({ metrics }: WorkerOptions, what: Observed): Promise<() => void> {
  if (metrics === undefined) return () => {}
  const { registerWorker } = await import('../telemetry/prometheus.ts')
  return registerWorker(metrics, what)
}

/** What /metrics and a program's own registry show of a worker. */
export function observed(how: {
  readonly figures: WorkerFigures
  readonly connectors: Connectors
  readonly workerId: () => string
}): Observed {
  const { figures, connectors, workerId } = how
  return {
    figures,
    workerId,
    statuses: () => connectors.statuses(),
    classOf: (name) => connectors.get(name).config['connector.class'] ?? '',
  }
}
