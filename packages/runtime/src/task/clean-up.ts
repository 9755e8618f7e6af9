/** What is to be undone at the end, last first. One failure doesn't keep the rest from being done. */
export class CleanUp {
  readonly #steps: (() => void | Promise<void>)[] = []

  add(step: () => void | Promise<void>): void {
    this.#steps.push(step)
  }

  /** Calls `failed` with each error. Done once: a second call has nothing left to do. */
  async run(failed: (error: unknown) => void): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step()
      } catch (error) {
        failed(error)
      }
    }
  }
}
