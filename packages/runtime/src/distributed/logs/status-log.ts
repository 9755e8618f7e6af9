import { type Logger, wait } from '@sluice/template'
import type { FetchedRecord } from '../../kafka/types.ts'
import { messageOf } from '../../errors/message-of.ts'
import { CompactedLog, type CompactedLogOptions } from './compacted-log.ts'
import { LatestWrites } from './latest-writes.ts'
import {
  readStatusRecord,
  type StatusRecord,
  type StoredStatus,
  statusKey,
  statusRecord,
  type TopicUse,
  topicRecord,
} from './status-records.ts'
import { isSafe, StatusView } from './status-view.ts'
import { Unreadable } from './stored-json.ts'

export type StatusLogOptions = Pick<CompactedLogOptions, 'topic' | 'kafka' | 'admin' | 'log'>

/** How a state is written. */
export interface PutHow {
  /** Not over what another worker has written in a later generation: of states that say that a worker has stopped running something. Default: false. */
  readonly safe?: boolean
}

const retryMs = 1000
const closeTimeoutMs = 5000

/**
 * The status topic of a cluster of workers. Puts return at once: they are written in the order put, per connector and task, and a failure that may pass
 * is tried again until a newer state or generation has made it old. What was put is visible once it has been read back.
 */
export class StatusLog {
  readonly #logger: Logger
  readonly #topic: string
  readonly #writes: LatestWrites
  #log!: CompactedLog
  #view = new StatusView()
  /** What is shown while the topic is read again from its start. */
  #shown: StatusView | undefined
  #generation = 0

  private constructor({ log, topic }: StatusLogOptions) {
    this.#logger = log
    this.#topic = topic.name
    this.#writes = new LatestWrites({
      write: (records) => this.#log.write(records),
      retryMs,
      failed: (key, error) =>
        log.error({ topic: topic.name, key }, `A state could not be written: ${messageOf(error)}`),
    })
  }

  /** Makes or checks the topic, and reads it to its end. Rejects with a KafkaError. */
  static async open(options: StatusLogOptions): Promise<StatusLog> {
    const statuses = new StatusLog(options)
    const { topic, kafka, admin, log } = options
    statuses.#log = await CompactedLog.open({
      topic,
      kafka,
      admin,
      log,
      record: (record) => statuses.#read(record),
      restarted: () => statuses.#restarted(),
      caughtUp: () => void (statuses.#shown = undefined),
    })
    return statuses
  }

  /** Those whose connector or task states are known. */
  connectors(): readonly string[] {
    return this.#current.connectors()
  }

  connector(name: string): StoredStatus | undefined {
    return this.#current.connector(name)
  }

  /** By task index. */
  tasks(connector: string): ReadonlyMap<number, StoredStatus> {
    return this.#current.tasks(connector)
  }

  /** The topics that a connector has used, by name. */
  topics(connector: string): ReadonlyMap<string, TopicUse> {
    return this.#current.topics(connector)
  }

  putConnector(connector: string, status: StoredStatus, how: PutHow = {}): void {
    this.#put(statusKey.connector(connector), status, how, () => this.connector(connector))
  }

  putTask(connector: string, task: number, status: StoredStatus, how: PutHow = {}): void {
    this.#put(statusKey.task(connector, task), status, how, () => this.tasks(connector).get(task))
  }

  /** Does nothing where it is known already. */
  putTopic(use: TopicUse): void {
    if (this.topics(use.connector).has(use.topic)) return
    this.#writes.put(topicRecord(use.connector, use.topic, use), () => true)
  }

  removeTask(connector: string, task: number): void {
    this.#writes.put(statusRecord(statusKey.task(connector, task), null), () => true)
  }

  /** Removes the states of a connector and its tasks, as far as they are known. */
  removeConnector(connector: string): void {
    for (const task of this.tasks(connector).keys()) this.removeTask(connector, task)
    this.#writes.put(statusRecord(statusKey.connector(connector), null), () => true)
  }

  removeTopics(connector: string): void {
    for (const topic of this.topics(connector).keys()) {
      this.#writes.put(topicRecord(connector, topic, null), () => true)
    }
  }

  /** Resolves once everything that was put is written or given up, and read back. */
  async flush(): Promise<void> {
    await this.#writes.flush()
    await this.#log.readToEnd()
  }

  /** Gives what was put 5 s to be written. */
  async close(): Promise<void> {
    const written = new AbortController()
    const late = wait(closeTimeoutMs, written.signal).catch(() => undefined)
    await Promise.race([this.#writes.flush(), late])
    written.abort()
    this.#writes.close()
    await this.#log.close()
    await this.#writes.flush()
  }

  get #current(): StatusView {
    return this.#shown ?? this.#view
  }

  #put(
    key: string,
    status: StoredStatus,
    { safe = false }: PutHow,
    known: () => StoredStatus | undefined,
  ): void {
    const { generation } = status
    this.#generation = generation
    const mayWrite = (): boolean => !safe || isSafe(known(), status)
    if (!mayWrite()) return
    const before = known()
    // Removed meanwhile: nobody wants to know any more.
    const isRemoved = (): boolean => before !== undefined && known() === undefined
    this.#writes.put(
      statusRecord(key, status),
      () => generation === this.#generation && mayWrite() && !isRemoved(),
    )
  }

  #read({ key, value, offset }: FetchedRecord): void {
    const name = String(key && Buffer.from(key))
    const record = this.#parse(name, value, offset)
    if (record) this.#view.apply(record)
  }

  #parse(key: string, value: Uint8Array | null, offset: bigint): StatusRecord | undefined {
    try {
      return readStatusRecord(key, value)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      this.#logger.warn(
        { topic: this.#topic, key, offset: String(offset) },
        `A record of the states is passed over: it ${error.message}.`,
      )
      return undefined
    }
  }

  #restarted(): void {
    this.#shown ??= this.#view
    this.#view = new StatusView()
  }
}
