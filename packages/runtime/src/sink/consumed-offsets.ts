import type { Logger, Offsets, PartitionOffset, TopicPartition } from '@sluice/template'
import type { FetchedBatch } from '../kafka/types.ts'

/**
 * How far a sink task has taken each of its partitions, and what of that the group knows.
 * Invariant: nothing beyond what the sink has taken is ever committable.
 */
export class ConsumedOffsets {
  readonly #consumed = new Map<string, PartitionOffset>()
  readonly #committed = new Map<string, PartitionOffset>()

  /** The sink has taken these. */
  add(batches: readonly FetchedBatch[]): void {
    for (const { topic, partition, nextOffset: offset } of batches) {
      this.#consumed.set(keyOf({ topic, partition }), { topic, partition, offset })
    }
  }

  /** Where to read on in each partition that anything was taken of. */
  positions(): Offsets {
    return [...this.#consumed.values()]
  }

  /** What of the wanted offsets is news to the group. Those beyond what was taken, or of other partitions, are left out and logged. */
  committable(wanted: Offsets, log: Logger): Offsets {
    return wanted.filter((offset) => {
      const consumed = this.#consumed.get(keyOf(offset))
      if (consumed === undefined || offset.offset > consumed.offset) {
        const position = { ...offset, offset: String(offset.offset) }
        log.warn(position, 'A sink wants to commit an offset that it was never given; it is left out.')
        return false
      }
      const before = this.#committed.get(keyOf(offset))
      return before?.offset !== offset.offset || (before.metadata ?? '') !== (offset.metadata ?? '')
    })
  }

  committed(offsets: Offsets): void {
    for (const offset of offsets) this.#committed.set(keyOf(offset), offset)
  }

  /** Records that were taken and not committed. Gaps in offsets count as records. */
  get uncommitted(): number {
    let records = 0n
    for (const [key, { offset }] of this.#consumed) {
      records += offset - (this.#committed.get(key)?.offset ?? offset)
    }
    return Number(records)
  }

  forget(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      this.#consumed.delete(keyOf(partition))
      this.#committed.delete(keyOf(partition))
    }
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
