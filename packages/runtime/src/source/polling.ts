import { kindOf, type Logger, type Polled, type SourceTask, wait } from '@sluice/template'
import { leastWaitMs } from '../errors/least-wait.ts'
import { backoffMs } from '../kafka/backoff.ts'
import { unlessAborted, withSignals } from '../task/signals.ts'
import type { TaskMetricsSink } from '../task/task.ts'

const backoff = { first: 100, max: 60_000 }

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
      return polled
    } catch (error) {
      options.cut.throwIfAborted()
      if (signals.some((signal) => signal.aborted)) return []
      if (kindOf(error) !== 'retriable') throw error
      await waitOut(options, { error, attempt, signals })
    }
  }
}

async function pollOnce<O>(options: PollingOptions<O>, signals: readonly AbortSignal[]): Promise<Polled<O>> {
  const { task, maxRecords, cut, metrics } = options
  const startedAt = performance.now()
  const polled = await withSignals(signals, (signal) => unlessAborted(task.poll({ signal, maxRecords }), cut))
  metrics.time('poll-batch', performance.now() - startedAt)
  return polled
}

async function waitOut<O>(
  { log, detail }: PollingOptions<O>,
  how: { error: unknown; attempt: number; signals: readonly AbortSignal[] },
): Promise<void> {
  const waitMs = Math.max(leastWaitMs(how.error), backoffMs({ ...backoff, attempt: how.attempt }))
  const message = how.error instanceof Error ? how.error.message : String(how.error)
  detail(message)
  if (how.attempt === 0) log.warn({ err: how.error }, 'The source cannot be read now and is tried again.')
  await withSignals(how.signals, (signal) => wait(waitMs, signal)).catch(() => {})
}
