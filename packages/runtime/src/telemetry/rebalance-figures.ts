import { Figures } from './figures.ts'

/** Where a group of workers stands, as one of them sees it. */
export interface GroupStanding {
  /** `sessioned`, ... */
  readonly protocol: string
  readonly leader: string
  readonly generation: number
}

/** Counts the rebalances of a worker's group. Whoever is its member tells it of each. */
export class RebalanceFigures {
  readonly #figures = new Figures()
  readonly #now: () => number
  #since: number | undefined
  #overAt: number | undefined
  #member = false

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** The worker begins to join, or its group to share out anew. Told again meanwhile: the same. */
  began(): void {
    this.#member = true
    this.#since ??= this.#now()
  }

  /** The worker knows what is its own. */
  completed({ protocol, leader, generation }: GroupStanding): void {
    const now = this.#now()
    this.#figures.add('completed-rebalances-total', 1)
    this.#figures.time('rebalance', now - (this.#since ?? now))
    this.#figures.set('epoch', generation)
    this.#figures.text('connect-protocol', protocol)
    this.#figures.text('leader-name', leader)
    this.#member = true
    this.#since = undefined
    this.#overAt = now
  }

  /** Empty for a worker without a group. */
  figures(): Figures {
    if (!this.#member) return this.#figures
    this.#figures.add('completed-rebalances-total', 0)
    this.#figures.set('rebalancing', this.#since === undefined ? 0 : 1)
    this.#figures.set(
      'time-since-last-rebalance-ms',
      this.#overAt === undefined ? 0 : this.#now() - this.#overAt,
    )
    return this.#figures
  }
}
