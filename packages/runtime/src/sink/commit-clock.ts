/** When offsets are due to be committed: every interval, and when someone asks. */
export class CommitClock {
  readonly #intervalMs: number
  #dueAt: number

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
    this.#dueAt = performance.now() + intervalMs
  }

  get intervalMs(): number {
    return this.#intervalMs
  }

  get due(): boolean {
    return performance.now() >= this.#dueAt
  }

  /** Due now. */
  request(): void {
    this.#dueAt = 0
  }

  /** Due after so many milliseconds; without an argument, after an interval. */
  next(ms: number = this.#intervalMs): void {
    this.#dueAt = performance.now() + ms
  }
}
