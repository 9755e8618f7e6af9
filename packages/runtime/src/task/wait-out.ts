import { type Logger, wait } from '@sluice/template'
import { leastWaitMs } from '../errors/least-wait.ts'
import { backoffMs } from '../kafka/backoff.ts'
import { withSignals } from './signals.ts'

const backoff = { first: 100, max: 60_000 }

/**
 * Waits after a retriable error: at least as long as it asks for, longer from attempt (from 0) to attempt, and no longer than until one of
 * `signals` aborts. The status shows the error meanwhile; the log has a line for the first attempt only.
 */
export async function waitOut(
  to: { readonly log: Logger; readonly detail: (text: string | undefined) => void },
  how: { thrown: unknown; attempt: number; signals: readonly AbortSignal[]; message: string },
): Promise<void> {
  const { thrown, attempt, signals, message } = how
  to.detail(thrown instanceof Error ? thrown.message : String(thrown))
  if (attempt === 0) to.log.warn({ err: thrown }, message)
  const waitMs = Math.max(leastWaitMs(thrown), backoffMs({ ...backoff, attempt }))
  await withSignals(signals, (signal) => wait(waitMs, signal)).catch(() => {})
}
