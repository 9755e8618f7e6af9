import type { Logger, SinkTask, TopicPartition } from '@sluice/template'
import { kindAt } from '../errors/stages.ts'
import { backoffMs } from '../kafka/backoff.ts'
import { type GroupConsumer, KafkaError, type OffsetCommits } from '../kafka/types.ts'
import { CommitMetrics } from '../task/commit-metrics.ts'
import { failpoint } from '../task/failpoint.ts'
import { unlessAborted } from '../task/signals.ts'
import type { TaskMetricsSink } from '../task/task.ts'
import type { CommitClock } from './commit-clock.ts'
import type { ConsumedOffsets } from './consumed-offsets.ts'
import type { Rejections } from './rejections.ts'

export interface SinkCommitsOptions {
  readonly task: Pick<SinkTask, 'flush' | 'preCommit'>
  readonly consumer: Pick<GroupConsumer, 'commit'>
  readonly consumed: ConsumedOffsets
  readonly rejections: Pick<Rejections, 'settled'>
  readonly clock: CommitClock
  readonly cut: AbortSignal
  readonly metrics: TaskMetricsSink
  readonly log: Logger
}

/**
 * `later`: it can't be done now and is due again soon; nothing is lost by that. `too late`: the group has given the partitions
 * to others, or is about to.
 */
export type CommitOutcome = 'committed' | 'later' | 'too late'

/** flush -> preCommit -> commit. */
export class SinkCommits {
  readonly #options: SinkCommitsOptions
  readonly #figures: CommitMetrics
  #failures = 0
  #count = 0

  constructor(options: SinkCommitsOptions) {
    this.#options = options
    this.#figures = new CommitMetrics(options.metrics)
  }

  /** Commits what the sink has made durable; `leaving` go right after it. Rejects with what ends the task. */
  async commit(leaving: readonly TopicPartition[] = []): Promise<CommitOutcome> {
    const { log, metrics, clock, cut } = this.#options
    // the sink may be in another call still, which nobody waits for any more
    cut.throwIfAborted()
    try {
      await this.#flushAndCommit(leaving)
      this.#failures = 0
      clock.next()
      return 'committed'
    } catch (error) {
      cut.throwIfAborted()
      this.#figures.failed()
      if (!hasMovedOn(error) && kindAt('KAFKA_CONSUME', error) !== 'retriable') throw error
      metrics.add('offset-commit-skip-total', 1)
      clock.next(backoffMs({ first: 300, max: clock.intervalMs, attempt: this.#failures++ }))
      log.warn({ err: error }, 'Offsets could not be committed now; it is tried again.')
      return hasMovedOn(error) ? 'too late' : 'later'
    }
  }

  async #flushAndCommit(leaving: readonly TopicPartition[]): Promise<void> {
    const { task, consumer, consumed, rejections, cut, metrics, log } = this.#options
    const startedAt = performance.now()
    const call = { signal: cut }
    if (task.flush) await unlessAborted(task.flush({ ...call, leaving }), cut)
    const positions = consumed.positions()
    const wanted = task.preCommit ? await unlessAborted(task.preCommit(positions, call), cut) : positions
    await unlessAborted(rejections.settled(), cut)
    const offsets = consumed.committable(wanted, log)
    if (offsets.length === 0) return
    failpoint('before-group-commit')
    await consumer.commit(offsets as OffsetCommits)
    failpoint('after-group-commit')
    consumed.committed(offsets)
    this.#figures.succeeded(performance.now() - startedAt)
    metrics.add('offset-commit-completion-total', 1)
    metrics.set('offset-commit-seq-no', ++this.#count)
  }
}

/** The group has moved on; the next poll learns what that means. */
const groupMovedOn = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
])

function hasMovedOn(error: unknown): boolean {
  return error instanceof KafkaError && groupMovedOn.has(error.code)
}
