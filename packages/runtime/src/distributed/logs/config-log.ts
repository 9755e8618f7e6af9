import type { Logger } from '@sluice/template'
import type { Settings } from '../../config/settings.ts'
import type { FetchedRecord } from '../../kafka/types.ts'
import { type ClusterState, ClusterStateBuilder, type ConfigChange } from './cluster-state.ts'
import { CompactedLog, type CompactedLogOptions } from './compacted-log.ts'
import {
  configRecord,
  readConfigRecord,
  type RestartRequest,
  type SessionKey,
  type TargetState,
} from './config-records.ts'
import type { KeyedRecord } from './record-writer.ts'
import { Unreadable } from './stored-json.ts'

export interface ConfigLogOptions
  extends Pick<CompactedLogOptions, 'topic' | 'kafka' | 'admin' | 'readCommitted' | 'log'> {
  /**
   * Told of every change that is read after `open`, in order, when `state` has it already: one's own writes too, before they resolve. Must not throw.
   */
  readonly changed: (change: ConfigChange) => void
}

/**
 * The config topic of a cluster of workers. What it says is `state`; what a worker writes counts for it too once it has read it back. Only
 * the leader may write, but for targets and loggers. Writes go one after the other.
 */
export class ConfigLog {
  readonly #changed: ConfigLogOptions['changed']
  readonly #logger: Logger
  readonly #topic: string
  #log!: CompactedLog
  #builder = new ClusterStateBuilder()
  /** What is shown while the topic is read again from its start. */
  #shown: ClusterState | undefined
  #isOpen = false
  #writing: Promise<unknown> = Promise.resolve()

  private constructor({ changed, log, topic }: ConfigLogOptions) {
    this.#changed = changed
    this.#logger = log
    this.#topic = topic.name
  }

  /** Makes or checks the topic, and reads it to its end. Rejects with a KafkaError. */
  static async open(options: ConfigLogOptions): Promise<ConfigLog> {
    const configs = new ConfigLog(options)
    const { topic, kafka, admin, log, readCommitted = false } = options
    configs.#log = await CompactedLog.open({
      topic,
      kafka,
      admin,
      log,
      readCommitted,
      record: (record) => configs.#read(record),
      restarted: () => configs.#restarted(),
      caughtUp: () => configs.#caughtUp(),
    })
    configs.#isOpen = true
    return configs
  }

  get state(): ClusterState {
    return this.#shown ?? this.#builder.state()
  }

  /** Resolves once `state` has everything that was written before the call. */
  refresh(call: { signal?: AbortSignal; timeoutMs?: number } = {}): Promise<void> {
    return this.#log.readToEnd(call)
  }

  /** With a target, the connector starts as that says, at once. */
  putConnector(connector: string, settings: Settings, target?: TargetState): Promise<void> {
    const targets = target === undefined ? [] : [configRecord.target(connector, target)]
    return this.#write([...targets, configRecord.connector(connector, settings)])
  }

  removeConnector(connector: string): Promise<void> {
    return this.#write([configRecord.connector(connector, null), configRecord.target(connector, null)])
  }

  /** They count once their commit is read, all of them together. */
  putTasks(connector: string, tasks: readonly Settings[]): Promise<void> {
    const records = tasks.map((settings, task) => configRecord.task(connector, task, settings))
    return this.#write(records, [configRecord.commit(connector, tasks.length)])
  }

  /** Any worker may. */
  putTarget(connector: string, target: TargetState): Promise<void> {
    return this.#write([configRecord.target(connector, target)])
  }

  /** How many tasks are to be fenced before the next ones start (exactly once). */
  putTaskCount(connector: string, tasks: number): Promise<void> {
    return this.#write([configRecord.fencing(connector, tasks)])
  }

  putSessionKey(sessionKey: SessionKey): Promise<void> {
    return this.#write([configRecord.sessionKey(sessionKey)])
  }

  putRestart(request: RestartRequest): Promise<void> {
    return this.#write([configRecord.restart(request)])
  }

  /** Any worker may. */
  putLogger(namespace: string, level: string): Promise<void> {
    return this.#write([configRecord.logger(namespace, level)])
  }

  async close(): Promise<void> {
    await this.#log.close()
  }

  /** What comes in a later step isn't written before the earlier ones are there. */
  #write(...steps: ReadonlyArray<readonly KeyedRecord[]>): Promise<void> {
    const written = this.#writeAfter(this.#writing, steps)
    this.#writing = written.catch(() => undefined)
    return written
  }

  /** Resolves once all has been read back. */
  async #writeAfter(before: Promise<unknown>, steps: ReadonlyArray<readonly KeyedRecord[]>): Promise<void> {
    await before
    for (const records of steps) if (records.length > 0) await this.#log.write(records)
    await this.#log.readToEnd()
  }

  #read({ key, value, offset }: FetchedRecord): void {
    this.#builder.passed(offset)
    const name = String(key && Buffer.from(key))
    try {
      const change = this.#builder.apply(readConfigRecord(name, value))
      if (change && this.#isOpen && !this.#shown) this.#changed(change)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      this.#logger.warn(
        { topic: this.#topic, key: name, offset: String(offset) },
        `A record of the connector configurations is passed over: it ${error.message}.`,
      )
    }
  }

  #restarted(): void {
    this.#shown ??= this.#builder.state()
    this.#builder = new ClusterStateBuilder()
  }

  #caughtUp(): void {
    this.#shown = undefined
    if (this.#isOpen) this.#changed({ type: 'everything' })
  }
}
