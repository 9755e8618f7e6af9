import type { Daemon, StartOptions } from './daemon.ts'
import type { Service } from './service.ts'

/** What is the same for every group of processes. */
export function together(daemons: readonly Daemon[]): Omit<Service, 'dir'> {
  return {
    running: () => daemons.every((each) => each.pid() !== undefined),
    start: (options) => startAll(daemons, options),
    stop: async () => {
      await Promise.all(daemons.map((each) => each.stop()))
    },
    kill: async () => {
      await Promise.all(daemons.map((each) => each.kill()))
    },
    pause: () => daemons.forEach((each) => each.pause()),
    resume: () => daemons.forEach((each) => each.resume()),
  }
}

/** The first that fails ends the wait for the others, which may never be ready without it. */
async function startAll(daemons: readonly Daemon[], { signal }: StartOptions = {}): Promise<void> {
  const failed = new AbortController()
  const within = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
  const starts = daemons.map((each) =>
    each.start({ signal: within }).catch((error: unknown) => {
      failed.abort(error)
      throw error
    }),
  )
  await Promise.allSettled(starts)
  signal?.throwIfAborted()
  failed.signal.throwIfAborted()
}
