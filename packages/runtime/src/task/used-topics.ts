/** How often a topic in use is told of again: whoever resets the list of a connector's topics sees those in use come back. */
const againMs = 2000

/** Tells which topics a task uses, for topic tracking: each when it is first used, and again while it is. */
export class UsedTopics {
  readonly #tell: (topic: string) => void
  readonly #now: () => number
  readonly #toldAt = new Map<string, number>()

  constructor(tell: (topic: string) => void, now: () => number = () => performance.now()) {
    this.#tell = tell
    this.#now = now
  }

  /** A record of it was taken in or has arrived. */
  add(topic: string): void {
    const now = this.#now()
    const toldAt = this.#toldAt.get(topic)
    if (toldAt !== undefined && now - toldAt < againMs) return
    this.#toldAt.set(topic, now)
    this.#tell(topic)
  }
}
