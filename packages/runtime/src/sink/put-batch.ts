import { kindOf, type Logger, type SinkBatch, type SinkTask } from '@sluice/template'
import { unlessAborted, withSignals } from '../task/signals.ts'
import { tellIfSlow } from '../task/slow-call.ts'
import type { TaskMetricsSink } from '../task/task.ts'
import { waitOut } from '../task/wait-out.ts'

const message = 'The sink cannot take records now; they are put again.'

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
      await waitOut(options, { thrown: error, attempt, signals, message })
    }
  }
}

async function putOnce(
  { task, cut, metrics, log, detail }: PutOptions,
  batch: SinkBatch,
  signals: readonly AbortSignal[],
): Promise<void> {
  const startedAt = performance.now()
  const put = withSignals(signals, (signal) => unlessAborted(task.put(batch, { signal }), cut))
  await tellIfSlow('put', put, { log, detail })
  metrics.time('put-batch', performance.now() - startedAt)
  metrics.add('sink-record-send-total', batch.length)
}
