import type { Json, SourceTask } from '@sluice/template'
import { kindAt } from '../errors/stages.ts'
import type { OffsetStore } from '../offsets/offset-store.ts'
import type { Run } from '../task/run.ts'
import { unlessAborted } from '../task/signals.ts'
import { OffsetCommits } from './offset-commits.ts'
import type { SubmittedRecords } from './submitted-records.ts'

export interface CommitsOptions {
  readonly run: Run
  readonly store: OffsetStore
  readonly task: Pick<SourceTask<Json>, 'committed'>
  readonly submitted: SubmittedRecords<Json>
  readonly fail: (error: unknown) => void
}

/**
 * Commits by the clock, beside the loop; tells the connector in the loop's own time, because calls of one task never overlap.
 */
export class Commits {
  readonly #options: CommitsOptions
  readonly #offsets: OffsetCommits<Json>
  #timer: NodeJS.Timeout | undefined
  #confirming = new AbortController()

  constructor(options: CommitsOptions) {
    const { run, store, submitted, task } = options
    this.#options = options
    this.#offsets = new OffsetCommits({
      connector: run.options.connector,
      store,
      metrics: run.options.metrics,
      submitted,
      cut: run.cut,
      onStored: () => {
        if (task.committed) this.#confirming.abort()
      },
    })
  }

  /** Aborts when there is something to tell; another one after each `confirm`. */
  get confirming(): AbortSignal {
    return this.#confirming.signal
  }

  start(intervalMs: number): void {
    this.#timer = setInterval(() => void this.commit(), intervalMs)
  }

  /** Never rejects: what waiting may cure is written with the next commit, anything else fails the task. */
  async commit(): Promise<void> {
    const { run, fail } = this.#options
    try {
      await this.#offsets.commit()
    } catch (error) {
      if (kindAt('TASK_POLL', error) !== 'retriable') return fail(error)
      run.options.log.warn(
        { err: error },
        'Offsets could not be committed now; the next commit takes them along.',
      )
    }
  }

  async confirm(): Promise<void> {
    const { task, run } = this.#options
    const origins = this.#offsets.takeStored()
    if (origins.length === 0 || !task.committed) return
    this.#confirming = new AbortController()
    try {
      await unlessAborted(task.committed(origins), run.cut)
    } catch (error) {
      if (kindAt('TASK_POLL', error) !== 'retriable') throw error
      this.#offsets.giveBack(origins)
      run.options.log.warn(
        { err: error },
        'The source could not be told of committed offsets; it is told again.',
      )
    }
  }

  /** The last commit of a run; none where the run was cut off, then it rejects with that. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    this.#options.run.cut.throwIfAborted()
    await unlessAborted(this.#offsets.commit(), this.#options.run.cut)
    await this.confirm()
  }
}
