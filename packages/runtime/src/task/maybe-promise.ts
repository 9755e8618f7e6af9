/** What hot paths return: a promise only where something had to be waited for. */
export type MaybePromise<T> = T | Promise<T>

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

export function all<T>(values: readonly MaybePromise<T>[]): Promise<T[]> {
  return Promise.all(values.map((value) => Promise.resolve(value)))
}
