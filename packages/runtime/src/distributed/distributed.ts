import type { Logger } from '@sluice/template'
import { checkWorkerConfig } from '../config/worker-config.ts'
import { runUntilSignal } from '../standalone/run-until-signal.ts'
import { named, type WorkerFile, workerSettings } from '../standalone/worker-file.ts'
import { onAbort } from '../task/signals.ts'
import { createWorker, type Worker } from '../worker/worker.ts'

export interface DistributedOptions extends WorkerFile {
  /** Modules of plug-ins, by name, path or URL. */
  readonly plugins: readonly string[]
  readonly log: Logger
  /** Stops it, if it aborts while it starts. */
  readonly signal?: AbortSignal
}

export interface Distributed {
  readonly worker: Worker
  /** Addresses of REST. */
  readonly addresses: readonly string[]
  /** Flushes and commits within the graceful timeout, and leaves the cluster. Idempotent. */
  stop(how?: { readonly timeoutMs?: number }): Promise<void>
}

/**
 * Starts a worker of a cluster as `connect-distributed` does. Rejects with an error that names the file and everything that is wrong in it, with what
 * is wrong with the topics, or with why the signal aborted; then nothing is left running. It may still wait for its seat in the cluster when it resolves.
 */
export async function startDistributed(options: DistributedOptions): Promise<Distributed> {
  const settings = await workerSettings(options)
  // what refers to a config provider can't be judged before the worker starts
  if (!settings.has('config.providers')) {
    await named(options.workerFile, async () => checkWorkerConfig(settings, { mode: 'distributed' }))
  }
  const worker = createWorker({
    settings,
    plugins: options.plugins,
    logger: options.log,
    mode: 'distributed',
  })
  const stop = (how: { readonly timeoutMs?: number } = {}): Promise<void> => worker.stop(how)
  const forget = options.signal && onAbort(options.signal, () => void worker.stop())
  try {
    await named(options.workerFile, () => worker.start())
    options.signal?.throwIfAborted()
  } catch (error) {
    await stop()
    options.signal?.throwIfAborted()
    throw error
  } finally {
    forget?.()
  }
  return { worker, addresses: worker.addresses, stop }
}

/** Runs a worker of a cluster until a signal ends it; see `runUntilSignal`. */
export function runDistributed(options: DistributedOptions): Promise<number> {
  return runUntilSignal((signal) => startDistributed({ ...options, signal }))
}
