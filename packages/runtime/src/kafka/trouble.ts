import type { KafkaError, KafkaOptions } from './types.ts'

const firstAfterMs = 5000
const everyMs = 30_000

/** Tells the log of something that is tried again and again: once it has failed for 5 s, then every 30 s, and when it is over. */
export class Trouble {
  readonly #what: string
  readonly #log: KafkaOptions['log']
  readonly #now: () => number
  #since: number | undefined
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(what: string, how: { log: KafkaOptions['log']; now?: () => number }) {
    this.#what = what
    this.#log = how.log
    this.#now = how.now ?? (() => performance.now())
  }

  goesOn(error: KafkaError): void {
    const now = this.#now()
    this.#since ??= now
    const lastedMs = now - this.#since
    if (lastedMs < firstAfterMs || now - this.#toldAt < everyMs) return
    this.#toldAt = now
    const seconds = Math.round(lastedMs / 1000)
    this.#log.warn({ code: error.code }, `${this.#what} has been failing for ${seconds} s: ${error.message}`)
  }

  over(): void {
    if (this.#since === undefined) return
    if (this.#toldAt >= this.#since) this.#log.info({}, `${this.#what} works again.`)
    this.#since = undefined
  }
}
