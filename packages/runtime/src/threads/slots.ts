import { wait } from '@sluice/template'
import { withSignals } from '../task/signals.ts'

/**
 * Lets so many do something at once. Nobody waits longer than `patienceMs`, though: whoever holds a slot may be stuck, and that is no reason to
 * hold up the others.
 */
export class Slots {
  readonly #size: number
  readonly #patienceMs: number
  #taken = 0
  readonly #waiting: AbortController[] = []

  constructor(size: number, patienceMs: number) {
    this.#size = size
    this.#patienceMs = patienceMs
  }

  /** Does it when there is a slot, or patience is over. Rejects when the signal aborts before. */
  async use<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#taken >= this.#size) await this.#turn(signal)
    this.#taken++
    try {
      return await act()
    } finally {
      this.#taken--
      this.#waiting.shift()?.abort()
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const turn = new AbortController()
    this.#waiting.push(turn)
    await withSignals([signal, turn.signal], (either) => wait(this.#patienceMs, either)).catch(() => {})
    const at = this.#waiting.indexOf(turn)
    if (at !== -1) this.#waiting.splice(at, 1)
    signal.throwIfAborted()
  }
}
