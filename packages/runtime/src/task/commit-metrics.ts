import type { TaskMetricsSink } from './task.ts'

/** The figures of offset commits that sources and sinks share. */
export class CommitMetrics {
  readonly #metrics: Pick<TaskMetricsSink, 'set' | 'time'>
  #succeeded = 0
  #failed = 0

  constructor(metrics: Pick<TaskMetricsSink, 'set' | 'time'>) {
    this.#metrics = metrics
  }

  succeeded(ms: number): void {
    this.#succeeded++
    this.#metrics.time('offset-commit', ms)
    this.#report()
  }

  failed(): void {
    this.#failed++
    this.#report()
  }

  #report(): void {
    const all = this.#succeeded + this.#failed
    this.#metrics.set('offset-commit-success-percentage', this.#succeeded / all)
    this.#metrics.set('offset-commit-failure-percentage', this.#failed / all)
  }
}
