import type { ConfigFields, ConfigOf } from './config/field.ts'
import type { Call, Logger, Metrics, TaskContext } from './context.ts'
import { brandDefinition, type Definition } from './definition.ts'
import type { Json } from './json.ts'
import type { OffsetOnly, SourceOrigin, SourcePartition, SourceRecord } from './record.ts'
import type { RowBatch } from './row-batch.ts'

/** What a poll gives: records and mere offsets in their order, or rows of one schema. */
export type Polled<O> = readonly (SourceRecord<O> | OffsetOnly<O>)[] | RowBatch<O>

/** What `split` is given. It may be used until the signal aborts, also after the slices were returned: to watch for what would divide the work differently. */
export interface SplitContext<C> {
  readonly config: C
  /** `tasks.max`: return at most this many slices. */
  readonly maxTasks: number
  readonly signal: AbortSignal
  readonly log: Logger
  readonly metrics: Metrics
  /** Asks the runtime to call `split` again, for example because a table appeared. The signal aborts before it does. */
  resplit(): void
}

/** What a source is given when it opens. */
export interface SourceContext<C, O, Slice> extends TaskContext<C> {
  /** This task's share of the work, as `split` returned it. */
  readonly slice: Slice
  /** The stored offset of each partition, in the order asked; `undefined` where none is stored. */
  offsets(partitions: readonly SourcePartition[]): Promise<readonly (O | undefined)[]>
  /** Present where the operator chose `transaction.boundary=connector` and the worker delivers exactly once: the source says where transactions end. */
  readonly transaction?: TransactionContext<O>
}

/**
 * Ends transactions where the source wants them to end. Records and their offsets are in one transaction: a reader of `read_committed` sees all records
 * between two ends or none. Whatever is asked for takes effect when the batch has been produced; what is polled after the last end waits for the next one, and
 * is read again after a restart. Keep transactions shorter than the producer's `transaction.timeout.ms` (a minute by default).
 *
 * Call it while `poll` runs, for what that call returns. (Kafka Connect's TransactionContext, KIP-618.)
 */
export interface TransactionContext<O> {
  /** Commits after this record, which is one of those that the poll returns, the very object; absent: after all that the poll returns. */
  commit(after?: SourceRecord<O> | OffsetOnly<O>): void
  /**
   * Discards the transaction that ends with this record, or with all that the poll returns: nobody reads its records. Its offsets are committed all the same, so that
   * they aren't polled again. To have them polled again, throw. Throws where a commit was asked for at the same place.
   */
  abort(after?: SourceRecord<O> | OffsetOnly<O>): void
}

/** One open task of a source. Calls never overlap, abort and close excepted. */
export interface SourceTask<O> {
  /**
   * The next records, in order within each partition; at most about `maxRecords`. Waits (on `signal`) while there is nothing; an empty array
   * means nothing now. The runtime doesn't call while too much is in flight, so a poll is the source's licence to read on.
   *
   * Promises that the acceptance suite tests: a poll that rejects has not moved on; a poll cut short by its signal loses nothing.
   */
  poll(call: Call & { readonly maxRecords: number }): Promise<Polled<O>>
  /**
   * Everything up to this origin has arrived, in order within its partition: Kafka has acknowledged it, or it was filtered or set aside; where records and offsets commit in one
   * transaction, that has committed. Told at once, before offsets are stored, so that somebody who waits for it can be answered. May come while a poll waits: do what
   * takes no time, and don't throw. (Kafka Connect's commitRecord.)
   */
  acknowledged?(origin: SourceOrigin<O>): void
  /** These origins are committed, in order within each partition: confirm upstream (a WAL position, a message) up to them. */
  committed?(origins: readonly SourceOrigin<O>[]): Promise<void>
  /** Called once, after the last poll has ended and the last commit was made. Leave no socket, timer or listener. */
  close?(): Promise<void>
}

/** What `defineSource` takes. */
export interface SourceDefinition<S extends ConfigFields = ConfigFields, O = Json, Slice = Json>
  extends Definition<S> {
  /**
   * Divides the work: one task a slice. Absent: one task whose slice is null. Kept free of side effects; may be called again at any time.
   */
  split?(context: SplitContext<ConfigOf<S>>): readonly Slice[] | Promise<readonly Slice[]>
  /** Reads a stored offset, which may have been written by another version or edited by an operator. Throws with what is wrong. */
  parseOffset(raw: Json): O
  /** An operator replaces offsets of a stopped connector (`null` resets): refuse by throwing, or adjust outside state. */
  alterOffsets?(
    config: ConfigOf<S>,
    offsets: ReadonlyArray<{ readonly partition: SourcePartition; readonly offset: O | null }>,
    call: Call,
  ): Promise<void>
  /** Does a row give the same offset each time it is read, so that records and offsets may commit in one transaction? Absent: unsupported. */
  exactlyOnce?(config: ConfigOf<S>): 'supported' | 'unsupported'
  /** Does the source say where transactions end, if `transaction.boundary=connector` asks for it? Absent: unsupported, and that setting is refused. */
  transactionBoundaries?(config: ConfigOf<S>): 'supported' | 'unsupported'
  /** Opens one task at its stored offsets: what comes next is what follows them, and nothing before. */
  open(context: SourceContext<ConfigOf<S>, O, Slice>): Promise<SourceTask<NoInfer<O>>>
}

/**
 * Defines a source connector. `S` are its settings, `O` its offset (any JSON), `Slice` what `split` gives each task; all three are inferred.
 */
export function defineSource<const S extends ConfigFields, O extends Json, Slice extends Json = null>(
  definition: SourceDefinition<S, O, Slice>,
): SourceDefinition<S, O, Slice> {
  return brandDefinition('source', definition)
}
