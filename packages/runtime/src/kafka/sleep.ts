import { setTimeout as delay } from 'node:timers/promises'

/** Waits; rejects with the signal's reason when it is aborted, and leaves no timer or listener behind. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
