export interface PaceOptions {
  /** Most requests in flight. */
  readonly most: number
  /** First wait, doubled with each failure in a row. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** Between 0 and 1. Default Math.random. */
  readonly random?: () => number
}

/**
 * How hard to push: half as many requests in flight whenever the server pushes back, one more after as many successes as there are requests
 * in flight. The limit is never below 1, so a slow server makes the sink slow and never makes it fail.
 */
export class Pace {
  readonly #options: PaceOptions
  #limit: number
  #successes = 0

  constructor(options: PaceOptions) {
    this.#options = options
    this.#limit = options.most
  }

  /** How many requests may be in flight now. */
  get limit(): number {
    return this.#limit
  }

  succeeded(): void {
    if (this.#limit === this.#options.most || ++this.#successes < this.#limit) return
    this.#successes = 0
    this.#limit++
  }

  pushedBack(): void {
    this.#successes = 0
    this.#limit = Math.max(1, this.#limit >> 1)
  }

  /** How long to wait before attempt `failures + 1`: exponential, half of it random. */
  backoffMs(failures: number): number {
    const { backoffMs, maxBackoffMs, random = Math.random } = this.#options
    const full = Math.min(maxBackoffMs, backoffMs * 2 ** Math.min(failures - 1, 30))
    return Math.round(full / 2 + (full / 2) * random())
  }
}
