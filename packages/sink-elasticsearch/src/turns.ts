import PQueue from 'p-queue'
import type { Pace } from './pace.ts'

/** What became of a request, for the pace of those that follow. */
export interface Turn {
  served(): void
  pushedBack(what: 'all' | 'part'): void
  failed(): void
}

/** Lets requests go as the pace allows, first come, first served; what is sent again waits for its turn like all others. */
export class Turns {
  readonly #pace: Pace
  readonly #signal: AbortSignal
  readonly #queue: PQueue
  #pause: NodeJS.Timeout | undefined

  /** Once the signal aborts nothing goes any more. */
  constructor(pace: Pace, signal: AbortSignal) {
    this.#pace = pace
    this.#signal = signal
    this.#queue = new PQueue({ concurrency: pace.limit })
    signal.addEventListener('abort', () => clearTimeout(this.#pause), { once: true })
  }

  /** Calls `send` when it may go. Rejects with what it throws, or with the signal's reason while it waits. */
  take<T>(send: (turn: Turn) => Promise<T>): Promise<T> {
    return this.#queue.add(() => send(this.#turn()), { signal: this.#signal })
  }

  #turn(): Turn {
    const { wave } = this.#pace
    return {
      served: () => {
        this.#pace.served(wave)
        this.#follow(0)
      },
      pushedBack: (what) => this.#follow(this.#pace.pushedBack(wave, what)),
      failed: () => this.#follow(this.#pace.failed(wave)),
    }
  }

  #follow(pauseMs: number): void {
    if (this.#queue.concurrency !== this.#pace.limit) this.#queue.concurrency = this.#pace.limit
    if (pauseMs === 0 || this.#signal.aborted) return
    this.#queue.pause()
    clearTimeout(this.#pause)
    this.#pause = setTimeout(() => this.#queue.start(), pauseMs)
  }
}
