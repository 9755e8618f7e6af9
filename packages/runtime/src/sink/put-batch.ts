import { kindOf, type Logger, type SinkBatch, type SinkTask, wait } from '@sluice/template'
import { leastWaitMs } from '../errors/least-wait.ts'
import { backoffMs } from '../kafka/backoff.ts'
import { unlessAborted, withSignals } from '../task/signals.ts'
import type { TaskMetricsSink } from '../task/task.ts'

const backoff = { first: 100, max: 60_000 }

export interface PutOptions {
  readonly task: Pick<SinkTask, 'put'>
  readonly cut: AbortSignal
  readonly metrics: Pick<TaskMetricsSink, 'add' | 'time'>
  readonly log: Logger
  readonly detail: (text: string | undefined) => void
}

/**
 * Puts a batch, the same one again for as long as the sink can't take it now. False: one of `signals` aborted first, and the records must
 * come again. Rejects with what ends the task.
 */
export async function putBatch(
  options: PutOptions,
  batch: SinkBatch,
  signals: readonly AbortSignal[],
): Promise<boolean> {
  if (batch.length === 0) return true
  for (let attempt = 0; ; attempt++) {
    if (signals.some((signal) => signal.aborted)) return false
    try {
      await putOnce(options, batch, signals)
      if (attempt > 0) options.detail(undefined)
      return true
    } catch (error) {
      options.cut.throwIfAborted()
      if (signals.some((signal) => signal.aborted)) return false
      if (kindOf(error) !== 'retriable') throw error
      await waitOut(options, { error, attempt, signals })
    }
  }
}

async function putOnce(
  { task, cut, metrics }: PutOptions,
  batch: SinkBatch,
  signals: readonly AbortSignal[],
): Promise<void> {
  const startedAt = performance.now()
  await withSignals(signals, (signal) => unlessAborted(task.put(batch, { signal }), cut))
  metrics.time('put-batch', performance.now() - startedAt)
  metrics.add('sink-record-send-total', batch.length)
}

async function waitOut(
  { log, detail }: PutOptions,
  how: { error: unknown; attempt: number; signals: readonly AbortSignal[] },
): Promise<void> {
  const waitMs = Math.max(leastWaitMs(how.error), backoffMs({ ...backoff, attempt: how.attempt }))
  detail(how.error instanceof Error ? how.error.message : String(how.error))
  if (how.attempt === 0) log.warn({ err: how.error }, 'The sink cannot take records now; they are put again.')
  await withSignals(how.signals, (signal) => wait(waitMs, signal)).catch(() => {})
}
