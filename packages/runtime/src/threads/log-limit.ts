const windowMs = 1000

/**
 * How many lines a thread may log within a second: a loop that logs and never yields would fill the memory of the worker, which prints
 * them.
 */
export class LogLimit {
  readonly #most: number
  readonly #now: () => number
  #until = 0
  #taken = 0
  #dropped = 0

  constructor(most: number, now: () => number = () => performance.now()) {
    this.#most = most
    this.#now = now
  }

  /** May one more line go? If so, `dropped` lines were left out before it. */
  take(): { readonly dropped: number } | undefined {
    const now = this.#now()
    if (now >= this.#until) {
      this.#until = now + windowMs
      this.#taken = 0
    }
    if (this.#taken >= this.#most) {
      this.#dropped++
      return undefined
    }
    this.#taken++
    const dropped = this.#dropped
    this.#dropped = 0
    return { dropped }
  }
}
