import type { Issue, Json } from '@sluice/template'
import type { FromThread, RemoteSpec, ThreadData } from './messages.ts'
import { TaskThread } from './task-thread.ts'

export interface ThreadCallOptions {
  readonly data: Omit<ThreadData, 'busy'>
  readonly heapMb: number
  readonly hangTimeoutMs: number
  readonly onMessage: (message: FromThread, thread: TaskThread) => void
  /** Ends the thread, whatever it does. */
  readonly signal: AbortSignal
}

/** Runs a connector's check in a thread of its own, which ends with it. Rejects when the signal aborts, or when the thread hangs or crashes. */
export async function checkInThread(spec: RemoteSpec, options: ThreadCallOptions): Promise<readonly Issue[]> {
  const disposable = openDisposable(options)
  try {
    return (await disposable.call((thread) => thread.call({ type: 'check', spec }))) as readonly Issue[]
  } finally {
    disposable.end()
  }
}

/**
 * Divides a source's work in a thread of its own. The thread lives on until the signal aborts, for the source may watch for changes in it and
 * ask to be divided anew; it keeps no program alive.
 */
export async function splitInThread(
  spec: RemoteSpec & { readonly maxTasks: number },
  options: ThreadCallOptions,
): Promise<readonly Json[]> {
  const { maxTasks, ...rest } = spec
  const disposable = openDisposable(options)
  try {
    const slices = await disposable.call((thread) => thread.call({ type: 'split', spec: rest, maxTasks }))
    disposable.thread.unref()
    return slices as readonly Json[]
  } catch (error) {
    disposable.end()
    throw error
  }
}

interface Disposable {
  readonly thread: TaskThread
  call(use: (thread: TaskThread) => Promise<unknown>): Promise<unknown>
  end(): void
}

function openDisposable(options: ThreadCallOptions): Disposable {
  const { signal, onMessage } = options
  signal.throwIfAborted()
  const lost = Promise.withResolvers<never>()
  // it may be lost when nobody waits for it any more
  lost.promise.catch(() => {})
  const thread: TaskThread = new TaskThread({
    data: { ...options.data, busy: new Int32Array(new SharedArrayBuffer(4)) },
    heapMb: options.heapMb,
    hangTimeoutMs: options.hangTimeoutMs,
    onMessage: (message) => onMessage(message, thread),
    onDeath: ({ error }) => lost.reject(error),
  })
  const end = (): void => {
    signal.removeEventListener('abort', end)
    lost.reject(signal.reason ?? new Error('The thread has ended.'))
    void thread.close()
  }
  signal.addEventListener('abort', end, { once: true })
  return { thread, end, call: (use) => Promise.race([use(thread), lost.promise]) }
}
