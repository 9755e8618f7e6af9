import { type Logger, RetriableError, wait } from '@sluice/template'
import { remedyFor } from './webhdfs/webhdfs-error.ts'

export interface RetryOptions {
  readonly signal: AbortSignal
  readonly log: Logger
  /** The longest wait between two tries; the first is a twentieth of it. */
  readonly backoffMs: number
  /** Called after a failure that may pass; throws to end it. */
  readonly afterFailure?: () => Promise<void>
  /** Gives up with a RetriableError after this time. Default: never. */
  readonly timeoutMs?: number
}

/** Repeats what fails for reasons that pass: a server that is down, starting, in safe mode, or standby. Other errors pass through. */
export async function retrying<T>(what: string, action: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, log, backoffMs, afterFailure, timeoutMs = Number.POSITIVE_INFINITY } = options
  const startedMs = performance.now()
  for (let tries = 1; ; tries++) {
    try {
      return await action()
    } catch (cause) {
      const remedy = remedyFor(cause)
      if (remedy === 'never' || remedy === 'missing') throw cause
      if (performance.now() - startedMs > timeoutMs) {
        throw new RetriableError(`HDFS can't be reached: ${what} failed for ${timeoutMs} ms.`, { cause })
      }
      const delayMs = Math.min(backoffMs, (backoffMs / 20) * 2 ** (tries - 1)) * (0.8 + 0.4 * Math.random())
      log.warn(
        { err: cause, tries, delayMs: Math.round(delayMs) },
        `HDFS: ${what} failed and is tried again.`,
      )
      await wait(delayMs, signal)
      await afterFailure?.()
    }
  }
}
