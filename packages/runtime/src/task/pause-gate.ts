import { onAbort } from './signals.ts'

/** Whether a task is paused, for those who wait for either. */
export class PauseGate {
  #pausing = new AbortController()
  #resuming = new AbortController()

  constructor(paused: boolean) {
    if (paused) this.pause()
    else this.#resuming.abort()
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
  untilResumed(signal: AbortSignal): Promise<void> {
    const resuming = this.#resuming.signal
    return new Promise((resolve) => {
      const undo = [onAbort(signal, done), onAbort(resuming, done)]
      function done(): void {
        queueMicrotask(() => {
          for (const remove of undo) remove()
        })
        resolve()
      }
    })
  }
}
