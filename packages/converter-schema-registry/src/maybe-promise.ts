/** What hot paths return: a promise only where something had to be waited for. */
export type MaybePromise<T> = T | Promise<T>

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

export function after<T, R>(value: MaybePromise<T>, step: (value: T) => R): MaybePromise<R> {
  return isPromise(value) ? value.then(step) : step(value)
}
