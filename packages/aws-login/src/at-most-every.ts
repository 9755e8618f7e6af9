/** The function's last result, as long as it isn't older than so many milliseconds; callers at the same time share one call. What rejects is called again. */
export function atMostEvery<T>(
  ms: number,
  call: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let last: { readonly promise: Promise<T>; readonly at: number } | undefined
  return () => {
    if (last && now() - last.at < ms) return last.promise
    const promise = call()
    const made = { promise, at: now() }
    last = made
    promise.catch(() => {
      if (last === made) last = undefined
    })
    return promise
  }
}
