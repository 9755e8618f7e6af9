import type { TaskMetricsSink } from './task.ts'

/** How many records a batch has: the most, and on average since the run began. */
export class BatchSizes {
  readonly #metrics: Pick<TaskMetricsSink, 'set'>
  #batches = 0
  #records = 0
  #most = 0

  constructor(metrics: Pick<TaskMetricsSink, 'set'>) {
    this.#metrics = metrics
  }

  add(records: number): void {
    if (records === 0) return
    this.#batches++
    this.#records += records
    this.#most = Math.max(this.#most, records)
    this.#metrics.set('batch-size-max', this.#most)
    this.#metrics.set('batch-size-avg', this.#records / this.#batches)
  }
}
