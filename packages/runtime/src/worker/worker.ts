import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import { hostname } from 'node:os'
import type { Logger } from '@sluice/template'
import type { Registry } from 'prom-client'
import { type Settings, type SettingsInput, toSettings } from '../config/settings.ts'
import { readWorkerConfig } from '../config/worker-config.ts'
import type { WorkerConfig } from '../config/worker-fields.ts'
import type { TokenFunction } from '../kafka/types.ts'
import type { OffsetStore } from '../offsets/offset-store.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import type { Task, TaskOptions } from '../task/task.ts'
import { silentLogger } from '../telemetry/logger.ts'
import { createWorkerFigures, type WorkerFigures } from '../telemetry/worker-figures.ts'
import { type WorkerEventLog, workerEvents } from '../telemetry/worker-events.ts'
import { type Cluster, reachCluster } from './cluster.ts'
import { Connectors } from './connectors.ts'
import type { WorkerEvents } from './events.ts'
import { createInProcessHost, type HostServices } from './in-process-host.ts'
import { type KafkaAccess, withKafka } from './kafka-access.ts'
import { openOffsets } from './open-offsets.ts'
import { openRegistry } from './open-registry.ts'
import { StateChanges } from './state-changes.ts'
import type { TaskHost } from './task-host.ts'

export interface WorkerOptions {
  /** Brokers as `host:port`, or more about how to reach them. Absent: the settings have `bootstrap.servers`. */
  readonly kafka?: string | KafkaAccess
  /** Definitions, or modules to load them from: package names, paths, URLs. Only those may run in threads. */
  readonly plugins?: readonly unknown[]
  /** Worker settings by Kafka Connect's names. */
  readonly settings?: SettingsInput
  /** Default: no logs. */
  readonly logger?: Logger
  /** A registry of prom-client that gets the worker's figures. */
  readonly metrics?: Registry
  /** Where connector code runs; overrides `task.isolation`. Default: `none`, on the thread of the program. */
  readonly isolation?: 'none' | 'thread'
  /** Where the offsets of sources are kept. Absent: as the settings say (a file or a topic). */
  readonly offsets?: OffsetStore
  /** Folder that plug-ins' names and paths are resolved from. Default: the working directory. */
  readonly baseFolder?: string
  /** Makes tasks; for tests. */
  readonly createTask?: (options: TaskOptions) => Task
}

/**
 * Runs connectors inside a program. It installs no signal handler, never ends the process and shares nothing with another worker in it.
 */
export interface Worker extends AsyncDisposable {
  /** Loads plug-ins and opens what the worker needs. Rejects with a ConfigError that has every issue with the settings. */
  start(): Promise<void>
  /** Flushes, commits and closes all tasks within `timeoutMs` (default `task.shutdown.graceful.timeout.ms`), then cuts. Idempotent. */
  stop(how?: { readonly timeoutMs?: number }): Promise<void>
  /** What runs in it. Throws before `start` has resolved. */
  readonly connectors: Connectors
  readonly plugins: PluginRegistry
  readonly config: WorkerConfig
  readonly figures: WorkerFigures
  readonly version: string
  /** The id of the Kafka cluster, asked anew. Rejects with a KafkaError where none answers. */
  clusterId(): Promise<string>
  /** `host:port` as status shows it; REST sets the port that it listens on. */
  workerId: string
  on<E extends keyof WorkerEvents>(event: E, listener: (...args: WorkerEvents[E]) => void): this
  off<E extends keyof WorkerEvents>(event: E, listener: (...args: WorkerEvents[E]) => void): this
}

/** Makes a worker; nothing happens before `start`. */
export function createWorker(options: WorkerOptions): Worker {
  return new RunningWorker(options)
}

interface Parts {
  readonly connectors: Connectors
  readonly registry: PluginRegistry
  readonly config: WorkerConfig
  readonly host: TaskHost
  readonly services: HostServices
  readonly cluster: Cluster
}

class RunningWorker implements Worker {
  readonly figures = createWorkerFigures()
  readonly version = version()
  workerId = `${hostname()}:8083`
  readonly #options: WorkerOptions
  readonly #log: Logger
  readonly #events: WorkerEventLog
  readonly #emitter = new EventEmitter<WorkerEvents>()
  readonly #changes: StateChanges
  #parts: Parts | undefined
  #unpublish = (): void => {}
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  constructor(options: WorkerOptions) {
    this.#options = options
    this.#log = options.logger ?? silentLogger
    this.#events = workerEvents(this.#log)
    this.#changes = new StateChanges(this.#events, this.#emitter)
  }

  get connectors(): Connectors {
    return this.#running.connectors
  }

  get plugins(): PluginRegistry {
    return this.#running.registry
  }

  get config(): WorkerConfig {
    return this.#running.config
  }

  async clusterId(): Promise<string> {
    return this.#running.cluster.id()
  }

  async start(): Promise<void> {
    this.#starting ??= this.#start()
    await this.#starting
  }

  async stop(how: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#stopping ??= this.#stop(how.timeoutMs)
    await this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  on<E extends keyof WorkerEvents>(event: E, listener: (...args: WorkerEvents[E]) => void): this {
    this.#emitter.on(event, listener as never)
    return this
  }

  off<E extends keyof WorkerEvents>(event: E, listener: (...args: WorkerEvents[E]) => void): this {
    this.#emitter.off(event, listener as never)
    return this
  }

  get #running(): Parts {
    if (this.#parts === undefined) throw new Error('The worker does not run: call start(), and await it.')
    return this.#parts
  }

  async #start(): Promise<void> {
    const startedAt = performance.now()
    const { kafka, settings: given = {}, isolation } = this.#options
    const settings = await withKafka(toSettings(given, 'The settings'), kafka)
    const { config, warnings } = readWorkerConfig(settings)
    const token = typeof kafka === 'object' ? kafka.token : undefined
    const cluster = await reachCluster(settings, token)
    for (const warning of warnings) this.#events.settingWarning(warning)
    const registry = await openRegistry({
      given: this.#options.plugins ?? [],
      pluginPath: config.pluginPath,
      base: this.#options.baseFolder ?? process.cwd(),
      events: this.#events,
    })
    const offsets =
      this.#options.offsets ?? (await openOffsets({ config, worker: settings, token, log: this.#log }))
    const services = this.#services({ settings, registry, offsets, token })
    const mode = isolation ?? config.taskIsolation
    const host = await this.#openHost(mode, { services, config })
    const connectors = this.#makeConnectors({ config, registry, host })
    this.#parts = { connectors, registry, config, host, services, cluster }
    await this.#publishFigures()
    const ms = Math.round(performance.now() - startedAt)
    this.#events.started({ version: this.version, ms, plugins: registry.list().length, isolation: mode })
  }

  async #stop(timeoutMs: number | undefined): Promise<void> {
    await this.#starting?.catch(() => {})
    if (this.#parts === undefined) return
    const startedAt = performance.now()
    const { connectors, host, services, config } = this.#parts
    const limitMs = timeoutMs ?? config.taskShutdownGracefulTimeoutMs
    this.#events.stopping(limitMs)
    this.#unpublish()
    await connectors.close(limitMs)
    await host.close()
    if (this.#options.offsets === undefined) await services.offsets.close()
    this.#events.stopped(Math.round(performance.now() - startedAt))
  }

  async #publishFigures(): Promise<void> {
    const { metrics } = this.#options
    if (metrics === undefined) return
    const { registerWorker } = await import('../telemetry/prometheus.ts')
    this.#unpublish = registerWorker(metrics, {
      figures: this.figures,
      statuses: () => this.connectors.statuses(),
    })
  }

  #services(how: {
    readonly settings: Settings
    readonly registry: PluginRegistry
    readonly offsets: OffsetStore
    readonly token: TokenFunction | undefined
  }): HostServices {
    const { token } = how
    return {
      worker: how.settings,
      registry: how.registry,
      offsets: how.offsets,
      log: this.#log,
      ...(token && { token }),
      metrics: (connector, task) => this.figures.task(connector, task),
    }
  }

  async #openHost(
    mode: 'none' | 'thread',
    how: { readonly services: HostServices; readonly config: WorkerConfig },
  ): Promise<TaskHost> {
    if (mode === 'thread') {
      const { createThreadHost } = await import('../threads/thread-host.ts')
      return createThreadHost(how.services, how.config)
    }
    const createTask = this.#options.createTask ?? (await import('../task/create-task.ts')).createTask
    return createInProcessHost(how.services, createTask)
  }

  #makeConnectors(how: {
    readonly config: WorkerConfig
    readonly registry: PluginRegistry
    readonly host: TaskHost
  }): Connectors {
    const { config } = how
    return new Connectors({
      registry: how.registry,
      host: how.host,
      policy: {
        policy: config.connectorClientConfigOverridePolicy,
        allowlist: config.connectorClientConfigOverrideAllowlist,
      },
      events: this.#events,
      workerId: () => this.workerId,
      gracefulTimeoutMs: config.taskShutdownGracefulTimeoutMs,
      splitTimeoutMs: config.connectorSplitTimeoutMs,
      checkTimeoutMs: config.connectorCheckTimeoutMs,
      forget: (connector) => {
        this.figures.forget(connector)
        this.#changes.forget(connector)
      },
      changed: (change) => this.#changes.take(change),
    })
  }
}

function version(): string {
  return (createRequire(import.meta.url)('../../package.json') as { version: string }).version
}
