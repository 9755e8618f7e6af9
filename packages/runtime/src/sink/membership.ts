import { kindOf, type Offsets, type SinkTask, type TopicPartition, wait } from '@sluice/template'
import { leastWaitMs } from '../errors/least-wait.ts'
import { backoffMs } from '../kafka/backoff.ts'
import type { PositionOverrides } from '../kafka/types.ts'
import type { Run } from '../task/run.ts'
import { unlessAborted } from '../task/signals.ts'
import type { ConsumedOffsets } from './consumed-offsets.ts'
import type { CommitOutcome } from './sink-commits.ts'

export interface MembershipOptions {
  readonly task: Pick<SinkTask, 'assigned' | 'revoked'>
  readonly consumed: ConsumedOffsets
  readonly run: Pick<Run, 'cut' | 'stopping' | 'options'>
}

type LastCommit = (leaving: readonly TopicPartition[]) => Promise<CommitOutcome>

/** How long partitions that go may wait for a flush that can't be done now. */
const revocationMs = 30_000

/** What the group tells of partitions, passed on to the sink with a commit where there must be one. */
export class Membership {
  readonly #options: MembershipOptions
  #commit: LastCommit = async () => 'committed'

  constructor(options: MembershipOptions) {
    this.#options = options
  }

  /** How to flush and commit; known only once there is a consumer. */
  committing(commit: LastCommit): void {
    this.#commit = commit
  }

  async assigned(
    partitions: readonly TopicPartition[],
    how: { readonly epoch: number },
  ): Promise<PositionOverrides | undefined> {
    const { task, run } = this.#options
    for (let attempt = 0; task.assigned; attempt++) {
      try {
        return overrides(await unlessAborted(task.assigned(partitions, how), run.cut))
      } catch (error) {
        run.stopping.throwIfAborted()
        if (kindOf(error) !== 'retriable') throw error
        run.options.log.warn(
          { err: error },
          'The sink cannot take its partitions now; they are offered again.',
        )
        const waitMs = Math.max(leastWaitMs(error), backoffMs({ first: 100, max: 10_000, attempt }))
        await wait(waitMs, run.stopping)
      }
    }
    return undefined
  }

  async revoked(partitions: readonly TopicPartition[], how: { readonly lost: boolean }): Promise<void> {
    const { task, consumed, run } = this.#options
    try {
      if (!how.lost) await this.#lastCommit(partitions)
    } finally {
      consumed.forget(partitions)
      await unlessAborted(Promise.resolve(task.revoked?.(partitions, how)), run.cut)
    }
  }

  async #lastCommit(leaving: readonly TopicPartition[]): Promise<void> {
    const { run } = this.#options
    const deadline = performance.now() + revocationMs
    for (let attempt = 0; (await this.#commit(leaving)) === 'later'; attempt++) {
      const waitMs = backoffMs({ first: 100, max: 5000, attempt })
      if (performance.now() + waitMs > deadline) {
        run.options.log.warn(
          {},
          'Partitions go without a last commit: some of their records will come again.',
        )
        return
      }
      await wait(waitMs, run.cut)
    }
  }
}

function overrides(offsets: Offsets | void): PositionOverrides | undefined {
  return offsets?.map(({ topic, partition, offset }) => ({ topic, partition, offset }))
}
