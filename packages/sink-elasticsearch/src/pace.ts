export interface PaceOptions {
  /** Most requests in flight. */
  readonly most: number
  /** First pause, doubled with each piece of trouble in a row. */
  readonly backoffMs: number
  /** Limits of the pause: after requests that failed, and after a server's "not now". */
  readonly maxFailedMs: number
  readonly maxPushedBackMs: number
  /** Between 0 and 1. Default Math.random. */
  readonly random?: () => number
}

const quietMs = 2000
const dayMs = 86_400_000

/**
 * The pace that settings ask for. A pause stays so short that the sink is back soon after the server is. Where retries are counted they go as
 * in the JVM's connector, whose pauses grow as long as retries are left.
 */
export function paceOf(settings: {
  readonly maxInFlightRequests: number
  readonly maxRetries: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number | undefined
}): Pace {
  const { maxInFlightRequests: most, maxRetries, retryBackoffMs: backoffMs, retryBackoffMaxMs } = settings
  const maxPushedBackMs = retryBackoffMaxMs ?? Math.max(quietMs, backoffMs)
  const maxFailedMs = retryBackoffMaxMs ?? (maxRetries >= 0 ? dayMs : maxPushedBackMs)
  return new Pace({ most, backoffMs, maxFailedMs, maxPushedBackMs })
}

/**
 * How hard to push. Trouble halves how many requests are in flight and asks for a pause of all of them, so that a server in trouble meets one
 * probe at a time; each success lets more go again, up to the limit as many at once as before. The limit is never below 1, so a slow server
 * makes the sink slow and never makes it fail.
 *
 * Requests that are in flight together meet the same trouble. They are one wave, and only the first of them to tell is heeded.
 */
export class Pace {
  readonly #options: PaceOptions
  #limit: number
  #wave = 0
  #successes = 0
  #failed = 0
  #pushedBack = 0

  constructor(options: PaceOptions) {
    this.#options = options
    this.#limit = options.most
  }

  /** How many requests may be in flight now. */
  get limit(): number {
    return this.#limit
  }

  /** To be told with what becomes of a request that is sent now. */
  get wave(): number {
    return this.#wave
  }

  /** How many waves in a row have failed. */
  get failures(): number {
    return this.#failed
  }

  served(wave: number): void {
    this.#failed = 0
    this.#pushedBack = 0
    if (wave !== this.#wave || this.#limit === this.#options.most || ++this.#successes < this.#limit) return
    this.#successes = 0
    this.#limit++
  }

  /** The server answered, and was too busy for all, or for a part. Answers how long nothing is to be sent, in milliseconds. */
  pushedBack(wave: number, what: 'all' | 'part'): number {
    // As long as some get through, the others needn't wait longer each time.
    if (what === 'part') this.#failed = this.#pushedBack = 0
    if (!this.#slowDown(wave)) return 0
    return this.#pauseMs(++this.#pushedBack, this.#options.maxPushedBackMs)
  }

  /** There was no answer, or none that says anything. Answers how long nothing is to be sent, in milliseconds. */
  failed(wave: number): number {
    if (!this.#slowDown(wave)) return 0
    return this.#pauseMs(++this.#failed, this.#options.maxFailedMs)
  }

  /** How long what can't be written now waits before it is tried the next time, while others go on. */
  waitMs(tries: number): number {
    return this.#pauseMs(tries, this.#options.maxPushedBackMs)
  }

  #slowDown(wave: number): boolean {
    if (wave !== this.#wave) return false
    this.#wave++
    this.#successes = 0
    this.#limit = Math.max(1, this.#limit >> 1)
    return true
  }

  /** Exponential, half of it random. */
  #pauseMs(inRow: number, mostMs: number): number {
    const { backoffMs, random = Math.random } = this.#options
    const full = Math.min(mostMs, backoffMs * 2 ** Math.min(inRow - 1, 30))
    return Math.round(full / 2 + (full / 2) * random())
  }
}
