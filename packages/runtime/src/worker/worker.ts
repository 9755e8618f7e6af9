import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import { hostname } from 'node:os'
import type { Logger } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { WorkerConfig } from '../config/worker-fields.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import { CleanUp } from '../task/clean-up.ts'
import { leveledLogger, levelsOf, onBase } from '../telemetry/leveled-logger.ts'
import { LogLevels } from '../telemetry/log-levels.ts'
import { redactingLogger } from '../providers/redacting-logger.ts'
import { Redactor } from '../providers/redactor.ts'
import { silentLogger } from '../telemetry/logger.ts'
import { createWorkerFigures, type WorkerFigures } from '../telemetry/worker-figures.ts'
import { type WorkerEventLog, workerEvents } from '../telemetry/worker-events.ts'
import type { RunningRest } from '../rest/listen.ts'
import type { Connectors } from './connectors.ts'
import type { WorkerEvents } from './events.ts'
import { openParts, type Parts } from './open-parts.ts'
import { StateChanges } from './state-changes.ts'
import type { WorkerOptions } from './worker-options.ts'

/**
 * Runs connectors inside a program. It installs no signal handler, never ends the process and shares nothing with another worker in it.
 */
export interface Worker extends AsyncDisposable {
  /**
   * Loads plug-ins and opens what the worker needs. Rejects with a ConfigError that has every issue with the settings, and when the worker is
   * stopped meanwhile or was before; nothing is left open then.
   */
  start(): Promise<void>
  /**
   * Flushes, commits and closes all tasks within `timeoutMs` (default `task.shutdown.graceful.timeout.ms`), then cuts. Idempotent; may be called at
   * any time, and is for good.
   */
  stop(how?: { readonly timeoutMs?: number }): Promise<void>
  /** What runs in it. Throws before `start` has resolved. */
  readonly connectors: Connectors
  /** Of the REST API that a worker of a cluster serves by itself, as its `listeners` say; empty for others. */
  readonly addresses: readonly string[]
  readonly plugins: PluginRegistry
  readonly config: WorkerConfig
  /** The worker's settings, those that others than the worker itself read included. Secrets are among them. */
  readonly settings: Settings
  readonly figures: WorkerFigures
  readonly version: string
  /** Levels of the worker's loggers by name. What the program's own logger doesn't let through stays away all the same. */
  readonly logLevels: LogLevels
  /** The logger that it was given, with values of config providers masked in every line. */
  readonly logger: Logger
  /** The id of the Kafka cluster, asked anew. Rejects with a KafkaError where none answers. */
  clusterId(): Promise<string>
  /** `host:port` as status shows it; REST sets the port that it listens on. */
  workerId: string
  /** `http://host:port/`, by which other workers reach its REST; undefined until it listens. REST sets it. */
  restUrl: string | undefined
  on<E extends keyof WorkerEvents>(event: E, listener: (...args: WorkerEvents[E]) => void): this
  off<E extends keyof WorkerEvents>(event: E, listener: (...args: WorkerEvents[E]) => void): this
}

/** Makes a worker; nothing happens before `start`. */
export function createWorker(options: WorkerOptions): Worker {
  return new RunningWorker(options)
}

class RunningWorker implements Worker {
  readonly figures = createWorkerFigures()
  readonly version = version()
  readonly logLevels: LogLevels
  workerId = `${hostname()}:8083`
  readonly logger: Logger
  restUrl: string | undefined
  readonly #options: WorkerOptions
  readonly #redactor = new Redactor()
  readonly #log: Logger
  readonly #events: WorkerEventLog
  readonly #emitter = new EventEmitter<WorkerEvents>()
  readonly #changes: StateChanges
  #parts: Parts | undefined
  #rest: RunningRest | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  /** Ends a start that is under way. */
  readonly #stopped = new AbortController()

  constructor(options: WorkerOptions) {
    this.#options = options
    const logger = onBase(options.logger ?? silentLogger, (base) => redactingLogger(base, this.#redactor))
    this.logLevels = levelsOf(logger) ?? new LogLevels('INFO')
    this.logger = levelsOf(logger) === undefined ? leveledLogger(logger, this.logLevels) : logger
    this.#log = this.logger
    this.#events = workerEvents(this.#log)
    this.#changes = new StateChanges(this.#events, this.#emitter, this.figures)
  }

  get connectors(): Connectors {
    return this.#running.connectors
  }

  get addresses(): readonly string[] {
    return this.#rest?.addresses ?? []
  }

  get plugins(): PluginRegistry {
    return this.#running.registry
  }

  get config(): WorkerConfig {
    return this.#running.config
  }

  get settings(): Settings {
    return this.#running.settings
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
    this.#stopped.signal.throwIfAborted()
    const startedAt = performance.now()
    const opened = new CleanUp()
    try {
      const parts = await openParts(this.#options, {
        log: this.#log,
        levels: this.logLevels,
        events: this.#events,
        figures: this.figures,
        changes: this.#changes,
        redactor: this.#redactor,
        workerId: () => this.workerId,
        stopped: this.#stopped.signal,
        opened,
      })
      this.#parts = parts
      await this.#joinCluster(parts, opened)
      const ms = Math.round(performance.now() - startedAt)
      const { registry, isolation } = parts
      this.#events.started({ version: this.version, ms, plugins: registry.list().length, isolation })
    } catch (error) {
      this.#parts = undefined
      await opened.run((also) => this.#events.notClosed(also), { after: error })
      throw this.#redactor.error(error)
    }
  }

  /** Workers of a cluster reach each other by REST, so it is there before the worker joins. */
  async #joinCluster({ join, ready }: Parts, opened: CleanUp): Promise<void> {
    if (join === undefined) return
    const { serveWorker } = await import('../rest/serve-worker.ts')
    const rest = await serveWorker(this, this.#log, ready)
    this.#rest = rest
    opened.add(() => rest.close())
    this.#stopped.signal.throwIfAborted()
    join(this.restUrl ?? rest.addresses[0]!)
  }

  async #stop(timeoutMs: number | undefined): Promise<void> {
    this.#stopped.abort(new Error('The worker was stopped while it started, or before: make another one.'))
    await this.#starting?.catch(() => {})
    if (this.#parts === undefined) return
    const startedAt = performance.now()
    const { connectors, host, values, config, unpublish, closeOffsets } = this.#parts
    const limitMs = timeoutMs ?? config.taskShutdownGracefulTimeoutMs
    this.#events.stopping(limitMs)
    unpublish()
    await connectors.close(limitMs)
    await host.close()
    await closeOffsets()
    await this.#rest?.close()
    await values.close()
    this.#events.stopped(Math.round(performance.now() - startedAt))
  }
}

function version(): string {
  return (createRequire(import.meta.url)('../../package.json') as { version: string }).version
}
