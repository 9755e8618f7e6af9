import { onAbort } from '../task/signals.ts'

/** Ends a loop: because the task is to stop, or because something beside the loop has failed. The first failure counts. */
export class Halting {
  readonly #controller = new AbortController()
  readonly #forget: () => void
  #failure: { readonly error: unknown } | undefined

  constructor(stopping: AbortSignal) {
    this.#forget = onAbort(stopping, () => this.#controller.abort(stopping.reason))
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  readonly fail = (error: unknown): void => {
    this.#failure ??= { error }
    this.#controller.abort(error)
  }

  /** What it failed of, if it did. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error
  }

  dispose(): void {
    this.#forget()
  }
}
