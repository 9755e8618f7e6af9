/** Runs `body` with a signal that aborts with `signal`, or after `ms` with an error that `late` makes. Leaves no timer or listener behind. */
export async function withDeadline<T>(
  how: { readonly ms: number; readonly signal: AbortSignal; readonly late: () => Error },
  body: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { ms, signal, late } = how
  signal.throwIfAborted()
  const controller = new AbortController()
  const stop = (): void => controller.abort(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  const timer = setTimeout(() => controller.abort(late()), ms)
  try {
    return await body(controller.signal)
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}
