import { backoffMs } from './backoff.ts'
import type { ClientConfig } from './client-config.ts'
import { sleep } from './sleep.ts'
import { KafkaError } from './types.ts'

/**
 * Calls `attempt` until it succeeds, fails for good, or `timeoutMs` have passed: then the last error is given. Between attempts it
 * waits `retry.backoff.ms`, doubling up to `retry.backoff.max.ms`.
 */
export async function retrying<T>(
  how: { readonly config: ClientConfig; readonly timeoutMs: number; readonly signal: AbortSignal },
  attempt: (leftMs: number) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + how.timeoutMs
  const { retryBackoffMs: first, retryBackoffMaxMs: max } = how.config
  for (let count = 0; ; count += 1) {
    how.signal.throwIfAborted()
    try {
      return await attempt(Math.max(1, deadline - performance.now()))
    } catch (error) {
      const waitMs = backoffMs({ first, max, attempt: count })
      const hopeless = !(error instanceof KafkaError && error.retriable)
      if (hopeless || performance.now() + waitMs >= deadline) throw error
      await sleep(waitMs, how.signal)
    }
  }
}
