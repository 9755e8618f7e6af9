import type { Logger } from '@sluice/template'
import { type ConnectorRequest, parseConnectorFile } from '../config/connector-file.ts'
import { checkWorkerConfig } from '../config/worker-config.ts'
import type { RunningRest } from '../rest/listen.ts'
import { onAbort } from '../task/signals.ts'
import { readSettingsFile, refuseWorkerFile } from './settings-files.ts'
import { named, type WorkerFile, workerSettings } from './worker-file.ts'
import { createWorker, type Worker } from '../worker/worker.ts'

export interface StandaloneOptions extends WorkerFile {
  /** Paths of connectors' files, .properties or JSON. */
  readonly connectorFiles: readonly string[]
  /** Modules of plug-ins, by name, path or URL. */
  readonly plugins: readonly string[]
  readonly log: Logger
  /** Stops it, if it aborts while it starts. */
  readonly signal?: AbortSignal
}

export interface Standalone {
  readonly worker: Worker
  /** Addresses of REST; empty where `listeners` is. */
  readonly addresses: readonly string[]
  /** Flushes and commits within the graceful timeout. Idempotent. */
  stop(how?: { readonly timeoutMs?: number }): Promise<void>
}

/**
 * Starts a worker as `connect-standalone` does: its settings and its connectors out of files, offsets in a file. All files are read before
 * anything starts. Rejects with an error that names the file and everything that is wrong in it, or with why the signal aborted; then nothing
 * is left running.
 */
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const settings = await workerSettings(options)
  // what refers to a config provider can't be judged before the worker starts
  if (!settings.has('config.providers')) {
    await named(options.workerFile, async () => checkWorkerConfig(settings, { mode: 'standalone' }))
  }
  const requests = await connectorRequests(options.connectorFiles)
  const worker = createWorker({ settings, plugins: options.plugins, logger: options.log, mode: 'standalone' })
  let rest: RunningRest | undefined
  let isReady = false
  const stop = async (how: { readonly timeoutMs?: number } = {}): Promise<void> => {
    await worker.stop(how)
    await rest?.close()
  }
  const forget = options.signal && onAbort(options.signal, () => void worker.stop())
  try {
    await named(options.workerFile, () => worker.start())
    rest = await openRest(worker, worker.logger, () => isReady)
    // together: the check of one may take its time
    await Promise.all(requests.map(({ file, request }) => named(file, () => create(worker, request))))
    options.signal?.throwIfAborted()
    isReady = true
  } catch (error) {
    await stop()
    options.signal?.throwIfAborted()
    throw error
  } finally {
    forget?.()
  }
  return { worker, addresses: rest?.addresses ?? [], stop }
}

interface FiledRequest {
  readonly file: string
  readonly request: ConnectorRequest
}

async function connectorRequests(files: readonly string[]): Promise<readonly FiledRequest[]> {
  const requests = await Promise.all(
    files.map(async (file) => {
      const text = await readSettingsFile(file)
      refuseWorkerFile(text, file)
      return { file, request: parseConnectorFile(text, file) }
    }),
  )
  const seen = new Map<string, string>()
  for (const { file, request } of requests) {
    const other = seen.get(request.name)
    if (other !== undefined)
      throw new Error(`${other} and ${file} both name their connector ${request.name}.`)
    seen.set(request.name, file)
  }
  return requests
}

async function create(worker: Worker, { name, config, initialState }: ConnectorRequest): Promise<void> {
  await worker.connectors.apply(name, config, { mode: 'create', initialState, atStart: true })
}

async function openRest(worker: Worker, log: Logger, ready: () => boolean): Promise<RunningRest | undefined> {
  if (worker.config.listeners.length === 0) return undefined
  const { serveWorker } = await import('../rest/serve-worker.ts')
  return serveWorker(worker, log, ready)
}
