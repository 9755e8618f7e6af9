/** Whether the promise settles in time; its own outcome is left to whoever holds it. Rejects with the signal's reason on abort. */
export const endsWithin = async (
  promise: Promise<unknown>,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> => {
  signal.throwIfAborted()
  const { promise: over, resolve } = Promise.withResolvers<false>()
  const stop = (): void => resolve(false)
  const timer = setTimeout(stop, ms)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const ended = await Promise.race([
      promise.then(
        () => true,
        () => true,
      ),
      over,
    ])
    signal.throwIfAborted()
    return ended
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}
