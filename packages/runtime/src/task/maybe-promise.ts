/** What hot paths return: a promise only where something had to be waited for. */
export type MaybePromise<T> = T | Promise<T>

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

/** Maps. A step that throws leaves no promise of those before it behind whose rejection nobody would see. */
export function mapEach<T, R>(
  items: readonly T[],
  step: (item: T, index: number) => MaybePromise<R>,
): readonly MaybePromise<R>[] {
  const results: MaybePromise<R>[] = []
  try {
    for (const [index, item] of items.entries()) results.push(step(item, index))
  } catch (error) {
    void Promise.allSettled(results)
    throw error
  }
  return results
}

export function all<T>(values: readonly MaybePromise<T>[]): Promise<T[]> {
  return Promise.all(values.map((value) => Promise.resolve(value)))
}
