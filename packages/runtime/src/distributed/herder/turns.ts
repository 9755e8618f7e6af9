/** Steps on one account go one after the other, however the one before has ended; those on different accounts don't wait for each other. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  async take<T>(account: string, step: () => Promise<T>): Promise<T> {
    const done = (this.#last.get(account) ?? Promise.resolve()).then(step)
    const over = ended(done)
    this.#last.set(account, over)
    try {
      return await done
    } finally {
      if (this.#last.get(account) === over) this.#last.delete(account)
    }
  }
}

async function ended(step: Promise<unknown>): Promise<void> {
  await step.catch(() => {})
}
