interface Waiter {
  readonly test: () => boolean
  readonly resolve: () => void
}

/** Waits until something holds. Whoever changes what the tests look at calls `changed`. */
export class Condition {
  readonly #waiters = new Set<Waiter>()

  /** Resolves as soon as `test` is true, at once if it is already; rejects with the signal's reason. */
  until(test: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      if (test()) return resolve()
      const aborted = (): void => {
        this.#waiters.delete(waiter)
        reject(signal.reason)
      }
      const waiter: Waiter = {
        test,
        resolve: () => {
          signal.removeEventListener('abort', aborted)
          resolve()
        },
      }
      this.#waiters.add(waiter)
      signal.addEventListener('abort', aborted, { once: true })
    })
  }

  changed(): void {
    for (const waiter of this.#waiters) {
      if (!waiter.test()) continue
      this.#waiters.delete(waiter)
      waiter.resolve()
    }
  }
}
