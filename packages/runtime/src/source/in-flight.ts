import { onAbort } from '../task/signals.ts'

/**
 * What was handed to the producer and isn't settled yet: the measure of back-pressure. One waiter at a time.
 */
export class InFlight {
  readonly #limits: { readonly records: number; readonly bytes: number }
  #records = 0
  #bytes = 0
  #wake: (() => void) | undefined

  constructor(limits: { readonly records: number; readonly bytes: number }) {
    this.#limits = limits
  }

  get records(): number {
    return this.#records
  }

  get full(): boolean {
    return this.#records >= this.#limits.records || this.#bytes >= this.#limits.bytes
  }

  add(records: number, bytes: number): void {
    this.#records += records
    this.#bytes += bytes
  }

  settle(records: number, bytes: number): void {
    this.#records -= records
    this.#bytes -= bytes
    if (!this.full) this.#wake?.()
  }

  /** Resolves when there is room, or the signal aborts. */
  room(signal: AbortSignal): Promise<void> {
    if (!this.full) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        this.#wake = undefined
        stopListening()
        resolve()
      }
      this.#wake = done
      const stopListening = onAbort(signal, () => {
        this.#wake = undefined
        resolve()
      })
    })
  }
}
