interface Appended {
  readonly first: number
  readonly last: number
  readonly offset: number
}

const outOfOrder = 45
const remembered = 5

/** A partition's log with a broker's rules for sequence numbers: the last five batches of a producer id are known again. */
export class FakeLog {
  readonly values: string[] = []
  readonly #producers = new Map<string, Appended[]>()

  append(batch: { producerId: string; sequence: number; values: readonly string[] }): {
    error: number
    offset: number
  } {
    const offset = this.values.length
    if (batch.producerId !== '-1') {
      const first = batch.sequence
      const last = first + batch.values.length - 1
      const known = this.#producers.get(batch.producerId) ?? []
      const same = known.find((one) => one.first === first && one.last === last)
      if (same) return { error: 0, offset: same.offset }
      const newest = known.at(-1)
      if (newest && first !== newest.last + 1) return { error: outOfOrder, offset: -1 }
      this.#producers.set(batch.producerId, [...known, { first, last, offset }].slice(-remembered))
    }
    this.values.push(...batch.values)
    return { error: 0, offset }
  }

  /** As a broker that became leader without having the newest batches. */
  forgetProducers(): void {
    this.#producers.clear()
  }

  truncate(to: number): void {
    this.values.splice(to)
    for (const [id, batches] of this.#producers) {
      this.#producers.set(
        id,
        batches.filter(({ offset }) => offset < to),
      )
    }
  }
}
