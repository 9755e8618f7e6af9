import type { Cluster } from '../cluster.ts'

export interface SubscriptionsOptions {
  readonly topics: readonly string[] | RegExp
  /** Leaves __consumer_offsets and its like out of what a RegExp matches. */
  readonly excludeInternal: boolean
  readonly warn: (message: string) => void
}

/** A listed topic that doesn't exist is looked for this often: a connector may be there before its topic. */
const missingCheckMs = 5000

/**
 * Which topics there are to subscribe to. A RegExp has to match the whole name, as `topics.regex` does. Remembers what the group was
 * shared out by, so that new topics and partitions are noticed within `metadata.max.age.ms`.
 */
export class Subscriptions {
  readonly #cluster: Cluster
  readonly #options: SubscriptionsOptions
  readonly #pattern: RegExp | undefined
  /** Number of partitions by topic, as of the last join. */
  #known = new Map<string, number>()
  #checkedAtMs = performance.now()
  #warned = new Set<string>()

  constructor(cluster: Cluster, options: SubscriptionsOptions) {
    this.#cluster = cluster
    this.#options = options
    const { topics } = options
    this.#pattern =
      topics instanceof RegExp
        ? new RegExp(`^(?:${topics.source})$`, topics.flags.replace(/[gy]/g, ''))
        : undefined
  }

  /** The topics to subscribe to now, asked of a broker. What they consist of is remembered. */
  async topics(signal: AbortSignal): Promise<readonly string[]> {
    this.#known = new Map(await this.#counts(signal))
    this.#checkedAtMs = performance.now()
    this.#warnOfMissing()
    return [...this.#known.keys()].toSorted()
  }

  /** The number of partitions of each topic that any member subscribes to, remembered for `changed`. For the group's leader. */
  async partitionCounts(
    topics: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, number>> {
    await this.#cluster.refresh(topics, { signal })
    const found = await this.#cluster.topics(topics, { signal })
    const counts = new Map(topics.map((topic) => [topic, found.get(topic)?.partitions.length ?? 0]))
    for (const [topic, count] of counts) this.#known.set(topic, count)
    return counts
  }

  checkSoon(): void {
    this.#checkedAtMs = Number.NEGATIVE_INFINITY
  }

  /** Whether it is time to ask `changed`. */
  get checkDue(): boolean {
    const ageMs = performance.now() - this.#checkedAtMs
    const { metadataMaxAgeMs } = this.#cluster.config
    return (
      ageMs >= (this.#missing().length > 0 ? Math.min(missingCheckMs, metadataMaxAgeMs) : metadataMaxAgeMs)
    )
  }

  /** Whether topics or partitions have come or gone since the last join. */
  async changed(signal: AbortSignal): Promise<boolean> {
    this.#checkedAtMs = performance.now()
    const own = await this.#counts(signal)
    const others = [...this.#known.keys()].filter((topic) => !own.has(topic) && this.#pattern === undefined)
    await this.#cluster.refresh(others, { signal })
    const found = await this.#cluster.topics(others, { signal })
    const now = new Map([
      ...own,
      ...others.map((topic) => [topic, found.get(topic)?.partitions.length ?? 0] as const),
    ])
    const names = new Set([...now.keys(), ...this.#known.keys()])
    return [...names].some((name) => (now.get(name) ?? 0) !== (this.#known.get(name) ?? 0))
  }

  async #counts(signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const { topics, excludeInternal } = this.#options
    const pattern = this.#pattern
    if (pattern !== undefined) {
      const all = [...(await this.#cluster.allTopics({ signal })).values()]
      const matching = all.filter(
        ({ name, internal }) => pattern.test(name) && !(internal && excludeInternal),
      )
      return new Map(matching.map(({ name, partitions }) => [name, partitions.length]))
    }
    const names = topics as readonly string[]
    await this.#cluster.refresh(names, { signal })
    const found = await this.#cluster.topics(names, { signal })
    return new Map(names.map((name) => [name, found.get(name)?.partitions.length ?? 0]))
  }

  #missing(): readonly string[] {
    return [...this.#known].filter(([, count]) => count === 0).map(([name]) => name)
  }

  #warnOfMissing(): void {
    for (const name of this.#missing()) {
      if (this.#warned.has(name)) continue
      this.#warned.add(name)
      this.#options.warn(`Topic ${name} doesn't exist; its records are read once it does.`)
    }
  }
}
