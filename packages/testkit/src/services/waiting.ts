import { setTimeout as sleep } from 'node:timers/promises'

export interface WaitOptions {
  readonly everyMs: number
  readonly deadlineMs: number
  readonly signal?: AbortSignal | undefined
}

/** Thrown by `eventually` when time is up; `cause` is what the last attempt said. */
export class WaitedTooLong extends Error {
  override readonly name = 'WaitedTooLong'
}

/** Thrown inside an attempt to end the wait at once: trying again can't help. */
export class WaitIsVain extends Error {
  override readonly name = 'WaitIsVain'
}

/**
 * Calls `attempt` until it resolves, with a pause after each failure, and returns what it returned. Each attempt gets a
 * signal of its own that ends it after five seconds or with the wait. Rejects with WaitedTooLong at the deadline, with
 * WaitIsVain as soon as an attempt throws it, and with the signal's reason when that aborts.
 */
export async function eventually<T>(
  attempt: (signal: AbortSignal) => T | Promise<T>,
  { everyMs, deadlineMs, signal }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    signal?.throwIfAborted()
    const patience = AbortSignal.timeout(5_000)
    try {
      return await attempt(signal ? AbortSignal.any([signal, patience]) : patience)
    } catch (error) {
      if (error instanceof WaitIsVain) throw error
      signal?.throwIfAborted()
      if (performance.now() > deadline) {
        throw new WaitedTooLong(`gave up after ${deadlineMs / 1000} s: ${messageOf(error)}`, { cause: error })
      }
    }
    await sleep(everyMs, undefined, { signal }).catch(() => signal?.throwIfAborted())
  }
}

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && !error.message) return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
