import { isRowBatch, kindOf, type Logger, type Polled, type SourceTask, wait } from '@sluice/template'
import { unlessAborted, withSignals } from '../task/signals.ts'
import type { TaskMetricsSink } from '../task/task.ts'
import { waitOut } from '../task/wait-out.ts'

/** A source that answers at once that there is nothing must not keep the process busy. */
const emptyPauseMs = 50

const message = 'The source cannot be read now and is tried again.'

export interface PollingOptions<O> {
  readonly task: Pick<SourceTask<O>, 'poll'>
  readonly maxRecords: number
  /** Gives up even on a call that doesn't heed its signal. */
  readonly cut: AbortSignal
  readonly metrics: Pick<TaskMetricsSink, 'time'>
  readonly log: Logger
  readonly detail: (text: string | undefined) => void
}

/**
 * Polls until the source has answered, which may be after failures that waiting cures, or one of `signals` has aborted: then there is
 * nothing now. Rejects with what ends the task.
 */
export async function poll<O>(
  options: PollingOptions<O>,
  signals: readonly AbortSignal[],
): Promise<Polled<O>> {
  for (let attempt = 0; ; attempt++) {
    if (signals.some((signal) => signal.aborted)) return []
    try {
      const polled = await pollOnce(options, signals)
      if (attempt > 0) options.detail(undefined)
      if (isEmpty(polled)) await withSignals(signals, (signal) => wait(emptyPauseMs, signal))
      return polled
    } catch (error) {
      options.cut.throwIfAborted()
      if (signals.some((signal) => signal.aborted)) return []
      if (kindOf(error) !== 'retriable') throw error
      await waitOut(options, { thrown: error, attempt, signals, message })
    }
  }
}

function isEmpty<O>(polled: Polled<O>): boolean {
  return (isRowBatch(polled) ? polled.count : polled.length) === 0
}

async function pollOnce<O>(options: PollingOptions<O>, signals: readonly AbortSignal[]): Promise<Polled<O>> {
  const { task, maxRecords, cut, metrics } = options
  const startedAt = performance.now()
  const polled = await withSignals(signals, (signal) => unlessAborted(task.poll({ signal, maxRecords }), cut))
  metrics.time('poll-batch', performance.now() - startedAt)
  return polled
}
