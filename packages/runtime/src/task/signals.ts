/** Runs `call` with a signal that aborts as soon as one of `signals` does. No listener is left once the call has ended. */
export async function withSignals<T>(
  signals: readonly AbortSignal[],
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const undo = signals.map((signal) => onAbort(signal, () => controller.abort(signal.reason)))
  try {
    return await call(controller.signal)
  } finally {
    for (const remove of undo) remove()
  }
}

/** The promise's outcome, or a rejection with the signal's reason as soon as it aborts: for calls that may never end. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const remove = onAbort(signal, () => reject(signal.reason))
    promise.then(resolve, reject).finally(remove)
  })
}

/** Calls `listener` once, at once if the signal has aborted already. Returns what takes it back. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener()
    return () => {}
  }
  signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}

/** Waits until the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    onAbort(signal, resolve)
  })
}
