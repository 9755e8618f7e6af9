import type { Json, SourceOrigin } from '@sluice/template'
import type { OffsetStore } from '../offsets/offset-store.ts'
import { CommitMetrics } from '../task/commit-metrics.ts'
import { failpoint } from '../task/failpoint.ts'
import type { TaskMetricsSink } from '../task/task.ts'
import { partitionKey, type SubmittedRecords } from './submitted-records.ts'

export interface OffsetCommitsOptions<O> {
  readonly connector: string
  readonly submitted: SubmittedRecords<O>
  readonly store: OffsetStore
  readonly metrics: TaskMetricsSink
  /** No write begins any more: the run that comes in place of this one may have stored later offsets. */
  readonly cut: AbortSignal
  /** The offsets are in the store. */
  readonly onStored: () => void
}

/** Moves committable offsets into the store, one write at a time. What could not be written is written with the next. */
export class OffsetCommits<O extends Json> {
  readonly #options: OffsetCommitsOptions<O>
  readonly #figures: CommitMetrics
  readonly #unwritten = new Map<string, SourceOrigin<O>>()
  #stored: SourceOrigin<O>[] = []
  #writing: Promise<void> = Promise.resolve()

  constructor(options: OffsetCommitsOptions<O>) {
    this.#options = options
    this.#figures = new CommitMetrics(options.metrics)
  }

  /** Writes what is committable now. Rejects with the store's error; nothing is lost by that, nor by a cut, after which it writes nothing. */
  commit(): Promise<void> {
    this.#writing = this.#writing.catch(() => {}).then(() => this.#write())
    return this.#writing
  }

  /** Origins that were stored since the last call, for the connector to hear of. */
  takeStored(): readonly SourceOrigin<O>[] {
    const taken = this.#stored
    this.#stored = []
    return taken
  }

  /** The connector couldn't be told: it is told again, with what comes after. */
  giveBack(origins: readonly SourceOrigin<O>[]): void {
    this.#stored.unshift(...origins)
  }

  async #write(): Promise<void> {
    const { submitted, store, connector, cut, onStored } = this.#options
    if (cut.aborted) return
    for (const origin of submitted.takeCommittable()) {
      this.#unwritten.set(partitionKey(origin.partition), origin)
    }
    if (this.#unwritten.size === 0) return
    const origins = [...this.#unwritten.values()]
    const startedAt = performance.now()
    failpoint('before-offset-write')
    try {
      await store.set(connector, origins)
    } catch (error) {
      this.#figures.failed()
      throw error
    }
    failpoint('after-offset-write')
    this.#figures.succeeded(performance.now() - startedAt)
    this.#unwritten.clear()
    this.#stored.push(...origins)
    onStored()
  }
}
