import type { Json, Logger, SourceOrigin } from '@sluice/template'
import type { OutgoingRecord, ProducerIdentity, TransactionalProducer } from '../../kafka/types.ts'
import { CommitMetrics } from '../../task/commit-metrics.ts'
import { failpoint } from '../../task/failpoint.ts'
import { unlessAborted } from '../../task/signals.ts'
import type { TaskMetricsSink } from '../../task/task.ts'
import type { Outgoing } from '../outgoing.ts'
import type { SourceLetters } from '../source-letters.ts'
import type { SubmittedRecords } from '../submitted-records.ts'
import type { Boundary, Ending } from './boundary.ts'
import type { TransactionOffsets } from './transaction-offsets.ts'

export interface SourceTransactionsOptions {
  readonly producer: TransactionalProducer<OutgoingRecord>
  readonly offsets: TransactionOffsets
  readonly boundary: Boundary
  readonly submitted: SubmittedRecords<Json>
  readonly letters: SourceLetters | undefined
  readonly metrics: TaskMetricsSink
  readonly log: Logger
  readonly cut: AbortSignal
  readonly throwIfFailed: () => void
  /** They are committed, of every source partition the last. */
  readonly committed: (origins: readonly SourceOrigin<Json>[]) => void
  /** The producer goes on under it. */
  readonly identified: (identity: ProducerIdentity | undefined) => void
}

/**
 * The transactions of one run. Invariant: what is committed holds records and, of every source partition, the offset of the last of them; dead letters of records that
 * it passes over are acknowledged before.
 */
export class SourceTransactions {
  readonly #options: SourceTransactionsOptions
  readonly #figures: CommitMetrics
  #isOpen = false
  #records = 0
  #stored: SourceOrigin<Json>[] = []
  /** How many were committed. */
  count = 0

  constructor(options: SourceTransactionsOptions) {
    this.#options = options
    this.#figures = new CommitMetrics(options.metrics)
  }

  async send(records: readonly Outgoing[]): Promise<void> {
    const { producer, offsets, cut } = this.#options
    if (records.some(({ topic }) => topic === offsets.topic)) {
      throw new Error(
        'Source tasks may not produce to their own offsets topics when exactly-once support is enabled',
      )
    }
    this.#begin()
    this.#records += records.length
    await producer.send(records, { signal: cut })
  }

  async end(ending: Ending): Promise<void> {
    if (ending === undefined) return
    if (ending === 'abort') await this.#abort()
    await this.#commit()
  }

  /** Origins that were committed since the last call. */
  takeStored(): readonly SourceOrigin<Json>[] {
    const taken = this.#stored
    this.#stored = []
    return taken
  }

  /** They are to be told again. */
  giveBack(origins: readonly SourceOrigin<Json>[]): void {
    this.#stored.unshift(...origins)
  }

  #begin(): void {
    if (this.#isOpen) return
    this.#options.producer.begin()
    this.#isOpen = true
  }

  async #commit(): Promise<void> {
    const { producer, offsets, boundary, submitted, letters, cut, throwIfFailed } = this.#options
    const origins = submitted.takeSubmitted()
    if (!this.#isOpen && origins.length === 0) return
    const startedAt = performance.now()
    try {
      this.#begin()
      await unlessAborted(letters?.settled() ?? Promise.resolve(), cut)
      throwIfFailed()
      await producer.send(offsets.records(origins), { signal: cut })
      failpoint('before-offset-write')
      await unlessAborted(producer.commit({ signal: cut }), cut)
      failpoint('after-offset-write')
    } catch (error) {
      this.#figures.failed()
      throw error
    }
    this.#figures.succeeded(performance.now() - startedAt)
    this.#options.metrics.measure('transaction-size', this.#records)
    this.#over()
    this.count++
    boundary.ended()
    this.#options.committed(origins)
    await offsets.stored(origins)
    this.#stored.push(...origins)
  }

  /** The offsets of what is discarded are still to be committed. */
  async #abort(): Promise<void> {
    const { producer, log, cut } = this.#options
    log.info({ records: this.#records }, 'A transaction is aborted, as the connector asks for.')
    if (this.#isOpen) await unlessAborted(producer.abort({ signal: cut }), cut)
    this.#over()
  }

  #over(): void {
    this.#isOpen = false
    this.#records = 0
    this.#options.identified(this.#options.producer.identity)
  }
}
