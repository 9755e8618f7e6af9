import type { ConfigFields, ConfigOf } from './config/field.ts'
import type { Call, TaskContext } from './context.ts'
import { brandDefinition, type Definition } from './definition.ts'
import type { Offsets, PartitionOffset, SinkBatch, SinkRecord, TopicPartition } from './record.ts'
import type { RecordPart } from './transform.ts'

/** A transform that records have passed before they come to the sink. */
export interface AppliedTransform {
  /** As the setting `transforms` calls it. */
  readonly name: string
  /** As `transforms.<name>.type` says. */
  readonly type: string
  /** What it may change in a record. */
  readonly changes: readonly RecordPart[]
}

/** A topic that the group reads, and the topics that its records may name when they come to the sink. */
export interface TopicRoute {
  readonly topic: string
  /** Absent: what is in a record decides. */
  readonly becomes?: readonly string[]
}

/** What a sink is given when it opens: its settings, and what it may ask of the runtime. */
export interface SinkContext<C> extends TaskContext<C> {
  /**
   * Sets a bad record aside with its reason: dead-letter topic and log, as the operator chose. Rejects in turn where nothing is tolerated;
   * let that end the task. Offsets don't pass the record before it is safe.
   */
  reject(record: SinkRecord, error: unknown): Promise<void>
  /** True: `reject` sets records aside and the task goes on. Absent or false: it ends the task, whether or not its rejection is caught. */
  readonly toleratesRejects?: boolean
  /** Asks for a flush and a commit soon, rather than at the next interval. */
  requestCommit(): void
  /** The end offset of each partition, as the brokers have it now. */
  endOffsets(partitions: readonly TopicPartition[]): Promise<Offsets>
  /** How many partitions the topic has now. */
  partitionCount(topic: string): Promise<number>
  /** The transforms on the records' way, in order. */
  readonly transforms: readonly AppliedTransform[]
  /** The topics that the group reads now, those of its other tasks included. */
  routes(): Promise<readonly TopicRoute[]>
  /** What the group has committed, with its metadata; `undefined` where nothing. In the order asked. */
  committed(partitions: readonly TopicPartition[]): Promise<readonly (PartitionOffset | undefined)[]>
}

/** The call of a flush: the commit that follows it may be the last one for some partitions. */
export interface FlushCall extends Call {
  /** Partitions that go right after the commit which follows: what is open of them is best finished now. */
  readonly leaving?: readonly TopicPartition[]
}

/** Calls of one task never overlap, abort and close excepted: while a `put` is pending there is no tick, flush or preCommit. */
export interface SinkTask {
  /**
   * Takes the records. Resolved = the task has them; they count as written after the next `flush`. Pending = back-pressure.
   * A RetriableError brings the same batch again. The signal aborts when a rebalance waits or the task stops: reject soon,
   * and the same records come again to whoever owns the partition then.
   */
  put(records: SinkBatch, call: Call): Promise<void>
  /** About once a second, records or not: what goes by the clock. */
  tick?(call: Call): Promise<void>
  /**
   * Makes everything put so far durable. Absent: `put` does. A sink that collects for longer than a commit interval, and answers `preCommit`,
   * may leave it open here, except of partitions that are `leaving`.
   */
  flush?(call: FlushCall): Promise<void>
  /**
   * Which of the consumed offsets may be committed, after a flush. Absent: all. Return fewer (or lower ones) to keep the rest for later;
   * metadata set on an offset is stored beside it.
   */
  preCommit?(consumed: Offsets, call: Call): Promise<Offsets>
  /**
   * Partitions became this task's. A sink that keeps its own offsets returns where to read on, per partition it knows better than the group.
   * `epoch` grows with each generation of the group.
   */
  assigned?(partitions: readonly TopicPartition[], how: { readonly epoch: number }): Promise<Offsets | void>
  /** Partitions go, always after a flush and a commit unless `lost`: then another may own them already and nothing may be written for them. */
  revoked?(partitions: readonly TopicPartition[], how: { readonly lost: boolean }): Promise<void>
  /** Called once, last. Leave no socket, timer or listener. */
  close?(): Promise<void>
}

/** What `defineSink` takes. */
export interface SinkDefinition<S extends ConfigFields = ConfigFields> extends Definition<S> {
  /** An operator replaces committed offsets of a stopped connector (`null` resets): refuse by throwing, or adjust outside state. */
  alterOffsets?(
    config: ConfigOf<S>,
    offsets: ReadonlyArray<TopicPartition & { readonly offset: bigint | null }>,
    call: Call,
  ): Promise<void>
  open(context: SinkContext<ConfigOf<S>>): Promise<SinkTask>
}

/** Defines a sink connector. `S` are its settings; `config` in the context is typed by them. */
export function defineSink<const S extends ConfigFields>(definition: SinkDefinition<S>): SinkDefinition<S> {
  return brandDefinition('sink', definition)
}
