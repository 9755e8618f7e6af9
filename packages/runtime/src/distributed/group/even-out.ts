/** Counts by connector (rows) and worker (columns). */
export type Counts = readonly (readonly number[])[]

/**
 * How many tasks of each connector each worker is to have: no two workers differ by more than one in total, nor in any one connector, and as few
 * tasks as possible leave the worker that has them. Both can always be had at once, because fractional shares can be rounded so (a flow
 * with whole capacities has a whole solution); it is found as the flow of least cost, by taking away cycles of negative cost.
 *
 * `held`: what workers have now. `free`: tasks of each connector that nobody has.
 */
export function evenOut(held: Counts, free: readonly number[]): Counts {
  const columns = held[0]?.length ?? 0
  if (columns === 0) return held
  const spread = new SpreadTasks(held, columns)
  for (const [row, count] of free.entries()) for (let i = 0; i < count; i++) spread.place(row)
  while (spread.improve());
  return spread.counts
}

interface Step {
  readonly cost: number
  /** The connector whose task moves along this step. */
  readonly row: number
}

class SpreadTasks {
  readonly counts: number[][]
  readonly #held: Counts
  readonly #totals: number[]
  /** Any unevenness weighs more than all moves together. */
  #weight: number

  constructor(held: Counts, columns: number) {
    this.#held = held
    this.counts = held.map((row) => [...row])
    this.#totals = Array.from({ length: columns }, (_, column) =>
      held.reduce((sum, row) => sum + row[column]!, 0),
    )
    this.#weight = 1 + this.#totals.reduce((sum, total) => sum + total, 0)
  }

  /** Puts one more task where it costs least. */
  place(row: number): void {
    let best = 0
    let least = Number.POSITIVE_INFINITY
    for (const column of this.#totals.keys()) {
      const cost = this.#arrival(row, column) + this.#weight * (2 * this.#totals[column]! + 1)
      if (cost < least) [best, least] = [column, cost]
    }
    this.counts[row]![best]! += 1
    this.#totals[best]! += 1
  }

  /** Moves tasks along one cycle that makes the whole cheaper; false where there is none: then nothing is cheaper. */
  improve(): boolean {
    const steps = this.#steps()
    const cycle = negativeCycle(steps)
    for (const [index, to] of cycle.entries()) {
      const from = cycle[(index + cycle.length - 1) % cycle.length]!
      const { row } = steps[from]![to]!
      if (row < 0) continue
      this.counts[row]![from]! -= 1
      this.counts[row]![to]! += 1
      this.#totals[from]! -= 1
      this.#totals[to]! += 1
    }
    return cycle.length > 0
  }

  /** The cheapest single move between any two workers. The node past the workers stands for their totals: a cycle through it changes two of them. */
  #steps(): readonly (readonly Step[])[] {
    const workers = this.#totals.length
    const steps = Array.from({ length: workers + 1 }, () =>
      Array.from({ length: workers + 1 }, (): Step => ({ cost: Number.POSITIVE_INFINITY, row: -1 })),
    )
    for (let from = 0; from < workers; from++) {
      for (let to = 0; to < workers; to++) if (from !== to) steps[from]![to] = this.#cheapest(from, to)
      steps[workers]![from] = { cost: this.#weight * (1 - 2 * this.#totals[from]!), row: -1 }
      steps[from]![workers] = { cost: this.#weight * (1 + 2 * this.#totals[from]!), row: -1 }
    }
    return steps
  }

  #cheapest(from: number, to: number): Step {
    let best: Step = { cost: Number.POSITIVE_INFINITY, row: -1 }
    for (const [row, counts] of this.counts.entries()) {
      if ((counts[from] ?? 0) === 0) continue
      const cost = this.#departure(row, from) + this.#arrival(row, to)
      if (cost < best.cost) best = { cost, row }
    }
    return best
  }

  #departure(row: number, column: number): number {
    const count = this.counts[row]![column]!
    return this.#weight * (1 - 2 * count) + (count <= this.#held[row]![column]! ? 1 : 0)
  }

  #arrival(row: number, column: number): number {
    const count = this.counts[row]![column]!
    return this.#weight * (1 + 2 * count) - (count < this.#held[row]![column]! ? 1 : 0)
  }
}

/** The nodes of a cycle whose costs sum to less than nothing, in its order; empty where there is none. Bellman and Ford's way. */
function negativeCycle(steps: readonly (readonly Step[])[]): readonly number[] {
  const count = steps.length
  const distance = Array.from({ length: count }, () => 0)
  const before = Array.from({ length: count }, () => -1)
  let changed = -1
  for (let round = 0; round < count; round++) {
    changed = -1
    for (let from = 0; from < count; from++) {
      for (let to = 0; to < count; to++) {
        const reached = distance[from]! + steps[from]![to]!.cost
        if (reached >= distance[to]!) continue
        distance[to] = reached
        before[to] = from
        changed = to
      }
    }
    if (changed === -1) return []
  }
  let node = changed
  for (let i = 0; i < count; i++) node = before[node]!
  const cycle: number[] = []
  for (let at = node; cycle.length === 0 || at !== node; at = before[at]!) cycle.push(at)
  return cycle.toReversed()
}

/**
 * How many connectors themselves each worker is to have: no two differ by more than one, the odd ones go where fewest tasks are, and where connectors
 * are already.
 */
export function evenConnectors(
  held: readonly number[],
  free: number,
  tasks: readonly number[],
): readonly number[] {
  const total = held.reduce((sum, count) => sum + count, free)
  const least = Math.floor(total / held.length)
  const odd = total % held.length
  const inTurn = [...held.keys()].toSorted((a, b) => tasks[a]! - tasks[b]! || held[b]! - held[a]!)
  const counts = held.map(() => least)
  for (const column of inTurn.slice(0, odd)) counts[column]! += 1
  return counts
}
