import { type StandaloneOptions, startStandalone } from './standalone.ts'

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
 * Runs a standalone worker until SIGTERM or SIGINT, and resolves with the exit code. The first signal flushes and commits, a second one cuts.
 * Rejects where the worker can't start. Installs signal handlers, so it belongs to a program that is nothing else.
 */
export async function runStandalone(options: StandaloneOptions): Promise<number> {
  const signals = listen()
  try {
    const standalone = await startStandalone(options)
    await signals.first
    const stopped = standalone.stop().then(() => exitCodes.stopped)
    return await Promise.race([stopped, signals.second.then(() => exitCodes.cut)])
  } finally {
    signals.stop()
  }
}

function listen(): { readonly first: Promise<void>; readonly second: Promise<void>; stop(): void } {
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  let count = 0
  const onSignal = (): void => {
    count++
    ;(count === 1 ? first : second).resolve()
  }
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
  return {
    first: first.promise,
    second: second.promise,
    stop: () => void process.off('SIGTERM', onSignal).off('SIGINT', onSignal),
  }
}
