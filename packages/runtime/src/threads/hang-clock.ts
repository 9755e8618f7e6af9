export interface HangClockOptions {
  /** How often `beat` is called. */
  readonly beatMs: number
  /** How long the thread has been ready to run without a core to run on, since it began; undefined where that isn't known. */
  readonly starvedMs: () => number | undefined
  readonly now: () => number
}

/** So much of the limit a thread must have had without waiting for a core. More would let a loop go on for long where many want the cores. */
const leastShare = 1 / 5
/** Beyond so many limits of ordinary time a thread is taken for hung, even where it hardly got a core. */
const patience = 6

/**
 * For how long a thread has given no sign of life. Time doesn't count while this process did not run itself (it was stopped, its machine was asleep); and a thread
 * that waited for a core for most of it hasn't had its chance yet.
 */
export class HangClock {
  readonly #options: HangClockOptions
  #heard = true
  #beatAt: number
  #starvedMs: number | undefined
  #quietMs = 0
  #ordinaryMs = 0

  constructor(options: HangClockOptions) {
    this.#options = options
    this.#beatAt = options.now()
  }

  /** A sign of life. */
  heard(): void {
    this.#heard = true
  }

  /** Was it heard of lately? */
  get answers(): boolean {
    return this.#quietMs < 2 * this.#options.beatMs
  }

  /** True: nothing was heard for `limitMs`. */
  beat(limitMs: number): boolean {
    const { passedMs, starvedMs } = this.#sinceLastBeat()
    if (this.#heard) {
      this.#heard = false
      this.#quietMs = 0
      this.#ordinaryMs = 0
      return false
    }
    this.#quietMs += Math.max(0, passedMs - starvedMs)
    this.#ordinaryMs += passedMs
    if (this.#ordinaryMs >= patience * limitMs) return true
    return this.#ordinaryMs >= limitMs && this.#quietMs >= limitMs * leastShare
  }

  #sinceLastBeat(): { readonly passedMs: number; readonly starvedMs: number } {
    const { now, beatMs, starvedMs: read } = this.#options
    const at = now()
    const starvedMs = read()
    const before = this.#starvedMs
    const passedMs = Math.min(at - this.#beatAt, 2 * beatMs)
    this.#beatAt = at
    this.#starvedMs = starvedMs
    return { passedMs, starvedMs: starvedMs === undefined ? 0 : starvedMs - (before ?? starvedMs) }
  }
}
