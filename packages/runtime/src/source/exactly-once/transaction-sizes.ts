import type { TaskMetricsSink } from '../../task/task.ts'

/** How many records a committed transaction has: least, most, and on average since the run began. */
export class TransactionSizes {
  readonly #metrics: Pick<TaskMetricsSink, 'set'>
  #transactions = 0
  #records = 0
  #least = Number.POSITIVE_INFINITY
  #most = 0

  constructor(metrics: Pick<TaskMetricsSink, 'set'>) {
    this.#metrics = metrics
  }

  add(records: number): void {
    this.#transactions++
    this.#records += records
    this.#least = Math.min(this.#least, records)
    this.#most = Math.max(this.#most, records)
    this.#metrics.set('transaction-size-min', this.#least)
    this.#metrics.set('transaction-size-max', this.#most)
    this.#metrics.set('transaction-size-avg', this.#records / this.#transactions)
  }
}
