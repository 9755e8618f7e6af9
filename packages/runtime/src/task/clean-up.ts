/** What is to be undone at the end, last first. One failure doesn't keep the rest from being done. */
export class CleanUp {
  readonly #steps: (() => void | Promise<void>)[] = []

  add(step: () => void | Promise<void>): void {
    this.#steps.push(step)
  }

  /**
   * Calls `failed` with each error, once, and not with what is told elsewhere: `after` is the failure that made this the end. Done once: a
   * second call has nothing left to do.
   */
  async run(failed: (error: unknown) => void, how: { readonly after?: unknown } = {}): Promise<void> {
    const told = new Set(chainOf(how.after))
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step()
      } catch (error) {
        const causes = [...chainOf(error)]
        if (!causes.some((cause) => told.has(cause))) failed(error)
        for (const cause of causes) told.add(cause)
      }
    }
  }
}

/** An error and its causes. */
function* chainOf(error: unknown): Generator {
  const seen = new Set<unknown>()
  for (let one = error; one !== undefined && !seen.has(one); ) {
    seen.add(one)
    yield one
    one = one instanceof Error ? one.cause : undefined
  }
}
