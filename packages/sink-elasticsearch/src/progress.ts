import type { Offsets, PartitionOffset, TopicPartition } from '@sluice/template'

/** A record on its way: part of its partition's progress until it is settled. */
export interface Tracked {
  readonly offset: bigint
  readonly progress: PartitionProgress
  settled: boolean
}

/**
 * What of one partition is still on its way. Records are settled in any order; `lowestOpen` never passes one that isn't.
 */
export class PartitionProgress {
  readonly topic: string
  readonly partition: number
  /** True once the partition belongs to another: nothing more may be written for it. */
  dropped = false
  #open: Tracked[] = []
  #head = 0

  constructor({ topic, partition }: TopicPartition) {
    this.topic = topic
    this.partition = partition
  }

  add(record: Tracked): void {
    this.#open.push(record)
  }

  settle(record: Tracked): void {
    record.settled = true
    while (this.#head < this.#open.length && this.#open[this.#head]!.settled) this.#head++
    // Half of it is history: each record is moved once on average, and no more settled ones are kept alive than open ones.
    if (this.#head * 2 > this.#open.length) {
      this.#open.splice(0, this.#head)
      this.#head = 0
    }
  }

  /** Offset of the first record that isn't settled, `undefined` where all are. */
  lowestOpen(): bigint | undefined {
    return this.#open[this.#head]?.offset
  }
}

/** The progress of every partition that the task has seen records of. */
export class Progress {
  readonly #partitions = new Map<string, Map<number, PartitionProgress>>()

  of({ topic, partition }: TopicPartition): PartitionProgress {
    let partitions = this.#partitions.get(topic)
    if (partitions === undefined) this.#partitions.set(topic, (partitions = new Map()))
    let progress = partitions.get(partition)
    if (progress === undefined) {
      partitions.set(partition, (progress = new PartitionProgress({ topic, partition })))
    }
    return progress
  }

  /** The consumed offsets, held back to the first record of each partition that isn't settled. */
  committable(consumed: Offsets): Offsets {
    return consumed.map((one): PartitionOffset => {
      const open = this.#partitions.get(one.topic)?.get(one.partition)?.lowestOpen()
      return open !== undefined && open < one.offset ? { ...one, offset: open } : one
    })
  }

  /** Forgets a partition; what is on its way for it must not be sent any more. */
  drop({ topic, partition }: TopicPartition): void {
    const progress = this.#partitions.get(topic)?.get(partition)
    if (progress === undefined) return
    progress.dropped = true
    this.#partitions.get(topic)!.delete(partition)
  }
}
