import type { Logger } from '@sluice/template'
import type { Settings } from '../../config/settings.ts'
import { type FetchedRecord, KafkaError } from '../../kafka/types.ts'
import { endsAt, failpoint, type Failpoint } from '../../task/failpoint.ts'
import { type ClusterState, ClusterStateBuilder, type ConfigChange } from './cluster-state.ts'
import { CompactedLog, type CompactedLogOptions } from './compacted-log.ts'
import {
  configRecord,
  readConfigRecord,
  type RestartRequest,
  type SessionKey,
  type TargetState,
} from './config-records.ts'
import type { LeaderWriter } from './leader-writer.ts'
import type { KeyedRecord } from './record-writer.ts'
import { Unreadable } from './stored-json.ts'

export interface ConfigLogOptions
  extends Pick<CompactedLogOptions, 'topic' | 'kafka' | 'admin' | 'readCommitted' | 'log'> {
  /**
   * Told of every change that is read after `open`, in order, when `state` has it already: one's own writes too, before they resolve. Must not throw.
   */
  readonly changed: (change: ConfigChange) => void
  /** Makes the writer of a worker that has become the leader. */
  readonly lead: () => LeaderWriter
}

/**
 * The config topic of a cluster of workers. What it says is `state`; what a worker writes counts for it too once it has read it back. Writes go one
 * after the other. All but targets and loggers take the leader's hand: `claim` it first. A write of the leader that fails gives it up, because what
 * became of the write is certain only once somebody, perhaps the same worker, has claimed again.
 */
export class ConfigLog {
  readonly #changed: ConfigLogOptions['changed']
  readonly #logger: Logger
  readonly #topic: string
  readonly #lead: ConfigLogOptions['lead']
  #log!: CompactedLog
  #builder = new ClusterStateBuilder()
  /** What is shown while the topic is read again from its start. */
  #shown: ClusterState | undefined
  #isOpen = false
  #leader: LeaderWriter | undefined
  /** Counts how often it was given up. */
  #term = 0
  #writing: Promise<unknown> = Promise.resolve()

  private constructor({ changed, log, topic, lead }: ConfigLogOptions) {
    this.#changed = changed
    this.#lead = lead
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

  /** Whether this worker may write as the leader, as far as it knows. */
  get isClaimed(): boolean {
    return this.#leader !== undefined
  }

  /**
   * Makes this worker the only one whose writes as a leader are taken, and reads what others wrote before that. Its first record is the session
   * key, a new one or the known one again: what a former leader still has on its way is refused from that record on. Does nothing but that where
   * it is claimed already.
   */
  claim(key: (known: SessionKey | undefined) => SessionKey): Promise<void> {
    const term = this.#term
    return this.#inTurn(async () => {
      if (term !== this.#term) throw notClaimed()
      this.#leader ??= this.#lead()
      // whoever claims hears of a failure anyway, and would otherwise claim again at once, without end
      await this.#attempt([{ records: [configRecord.sessionKey(key(this.state.sessionKey))] }], isFenced)
    })
  }

  /** Another worker leads: what waits to be claimed isn't any more. */
  async giveUp(): Promise<void> {
    this.#term += 1
    const leader = this.#leader
    this.#leader = undefined
    await leader?.close()
  }

  /** With a target, the connector starts as that says, at once. */
  putConnector(connector: string, settings: Settings, target?: TargetState): Promise<void> {
    return this.#inTurn(() => {
      const ofFormer = this.state.leftovers.has(connector) ? [configRecord.commit(connector, 0)] : []
      const targets = target === undefined ? [] : [configRecord.target(connector, target)]
      return this.#asLeader({
        records: [...ofFormer, ...targets, configRecord.connector(connector, settings)],
        passing: 'after-connector-config',
      })
    })
  }

  removeConnector(connector: string): Promise<void> {
    return this.#writeAsLeader([
      configRecord.connector(connector, null),
      configRecord.target(connector, null),
    ])
  }

  /** They count once their commit is read, all of them together. */
  putTasks(connector: string, tasks: readonly Settings[]): Promise<void> {
    const records = tasks.map((settings, task) => configRecord.task(connector, task, settings))
    const parts = endsAt('after-task-config') ? records.map((one) => [one]) : [records]
    return this.#inTurn(() =>
      this.#asLeader(
        ...parts.map((part): Step => ({ records: part, passing: 'after-task-config' })),
        { records: [], passing: 'before-task-commit' },
        { records: [configRecord.commit(connector, tasks.length)], passing: 'after-task-commit' },
      ),
    )
  }

  /** Any worker may. */
  putTarget(connector: string, target: TargetState): Promise<void> {
    return this.#writeAsAny([configRecord.target(connector, target)])
  }

  /** How many tasks are to be fenced before the next ones start (exactly once). */
  putTaskCount(connector: string, tasks: number): Promise<void> {
    return this.#writeAsLeader([configRecord.fencing(connector, tasks)])
  }

  putSessionKey(sessionKey: SessionKey): Promise<void> {
    return this.#writeAsLeader([configRecord.sessionKey(sessionKey)])
  }

  putRestart(request: RestartRequest): Promise<void> {
    return this.#writeAsLeader([configRecord.restart(request)])
  }

  /** Any worker may. */
  putLogger(namespace: string, level: string): Promise<void> {
    return this.#writeAsAny([configRecord.logger(namespace, level)])
  }

  /** Resolves once the writes that were asked for before are over, however they ended. */
  settled(): Promise<void> {
    return this.#inTurn(async () => {})
  }

  async close(): Promise<void> {
    await Promise.all([this.giveUp(), this.#log.close()])
  }

  #writeAsLeader(records: readonly KeyedRecord[]): Promise<void> {
    return this.#inTurn(() => this.#asLeader({ records }))
  }

  #asLeader(...steps: readonly Step[]): Promise<void> {
    return this.#attempt(steps, () => true)
  }

  /** What comes in a later step isn't written before the earlier ones are there. Resolves once all has been read back. */
  async #attempt(steps: readonly Step[], isTold: (error: unknown) => boolean): Promise<void> {
    const leader = this.#leader
    if (leader === undefined) throw notClaimed()
    try {
      for (const { records, passing } of steps) {
        if (records.length > 0) await leader.write(records)
        if (passing !== undefined) failpoint(passing)
      }
    } catch (error) {
      await this.giveUp()
      if (isTold(error)) this.#changed({ type: 'given-up', isFenced: isFenced(error) })
      throw error
    }
    await this.#log.readToEnd()
  }

  #writeAsAny(records: readonly KeyedRecord[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#log.write(records)
      await this.#log.readToEnd()
    })
  }

  #inTurn(write: () => Promise<void>): Promise<void> {
    const written = after(this.#writing, write)
    this.#writing = written.catch(() => undefined)
    return written
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

/** What is written in one go, and where a test may have the process killed then. */
interface Step {
  readonly records: readonly KeyedRecord[]
  readonly passing?: Failpoint
}

async function after(before: Promise<unknown>, next: () => Promise<void>): Promise<void> {
  await before
  await next()
}

function isFenced(error: unknown): boolean {
  return error instanceof KafkaError && error.code === 'PRODUCER_FENCED'
}

function notClaimed(): KafkaError {
  return new KafkaError(
    'This worker may not write connector configurations now: it does not lead the cluster, or an earlier write of its own failed and its leadership is still to be confirmed.',
    { code: 'NOT_LEADER', retriable: true },
  )
}
