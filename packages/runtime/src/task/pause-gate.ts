import { aborted, withSignals } from './signals.ts'

/** Whether a task is paused, for those who wait for either. */
export class PauseGate {
  #pausing = new AbortController()
  #resuming = new AbortController()

  constructor(paused: boolean) {
    if (paused) this.pause()
  }

  get paused(): boolean {
    return this.#pausing.signal.aborted
  }

  /** Aborts when the task is to pause; another one after each resumption. */
  get pausing(): AbortSignal {
    return this.#pausing.signal
  }

  pause(): void {
    if (this.paused) return
    this.#resuming = new AbortController()
    this.#pausing.abort(new DOMException('The task is paused.', 'AbortError'))
  }

  resume(): void {
    if (!this.paused) return
    this.#pausing = new AbortController()
    this.#resuming.abort()
  }

  /** Resolves when the task isn't paused, or the signal aborts. */
  async untilResumed(signal: AbortSignal): Promise<void> {
    if (this.paused) await withSignals([this.#resuming.signal, signal], aborted)
  }
}
