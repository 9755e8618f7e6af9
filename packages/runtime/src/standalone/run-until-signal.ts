import { aborted } from '../task/signals.ts'

/** How the process ends. */
export const exitCodes = {
  /** Stopped by a signal, everything flushed and committed. */
  stopped: 0,
  /** Something that is no setting: a port in use, a file that can't be read. */
  failed: 1,
  /** Settings or files that can't be used; the message has all that is wrong. */
  configuration: 2,
  /** A second signal cut the shutdown. */
  cut: 130,
} as const

/**
 * Runs what `start` starts until SIGTERM or SIGINT, and resolves with the exit code. The first signal flushes and commits, a second one ends the
 * process at once. Rejects where it can't start. It belongs to a program that is nothing else.
 */
export async function runUntilSignal(
  start: (signal: AbortSignal) => Promise<{ stop(): Promise<void> }>,
): Promise<number> {
  const signals = listen()
  try {
    const running = await startUnlessStopped(start, signals.first)
    await aborted(signals.first)
    await running?.stop()
    // whatever a connector left open must not keep the process
    setTimeout(() => process.exit(), lingerMs).unref()
    return exitCodes.stopped
  } finally {
    signals.stop()
  }
}

const lingerMs = 1000

/** Undefined where the signal came first. */
async function startUnlessStopped<T>(
  start: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    return await start(signal)
  } catch (error) {
    if (error !== signal.reason) throw error
    return undefined
  }
}

/** The first signal aborts, a second one ends the process. */
function listen(): { readonly first: AbortSignal; stop(): void } {
  const first = new AbortController()
  let count = 0
  const onSignal = (): void => {
    if (++count > 1) process.exit(exitCodes.cut)
    first.abort(new DOMException('A signal has stopped the worker.', 'AbortError'))
  }
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
  return { first: first.signal, stop: () => void process.off('SIGTERM', onSignal).off('SIGINT', onSignal) }
}
