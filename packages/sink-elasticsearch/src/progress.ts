import type { Offsets, PartitionOffset, TopicPartition } from '@sluice/template'

/** A record on its way: part of its partition's progress until it is settled. */
export interface Tracked {
  readonly offset: bigint
  readonly progress: PartitionProgress
  /** Given by `add`. */
  sequence: number
}

/**
 * What of one partition is still on its way. Records are settled in any order; `lowestOpen` never passes one that isn't. Of a settled record
 * nothing is kept but that it was there.
 */
export class PartitionProgress {
  readonly topic: string
  readonly partition: number
  /** True once the partition belongs to another: nothing more may be written for it. */
  dropped = false
  /** Offsets from the first that may be open on; `undefined` where settled. */
  #offsets: (bigint | undefined)[] = []
  #head = 0
  /** The sequence of the first member of `#offsets`. */
  #base = 0

  constructor({ topic, partition }: TopicPartition) {
    this.topic = topic
    this.partition = partition
  }

  /** How many records are behind the first open one, itself included. */
  get span(): number {
    return this.#offsets.length - this.#head
  }

  add(record: Tracked): void {
    record.sequence = this.#base + this.#offsets.length
    this.#offsets.push(record.offset)
  }

  settle(record: Tracked): void {
    this.#offsets[record.sequence - this.#base] = undefined
    while (this.#head < this.#offsets.length && this.#offsets[this.#head] === undefined) this.#head++
    // Half of it is history: each offset is moved once on average.
    if (this.#head * 2 > this.#offsets.length) {
      this.#offsets.splice(0, this.#head)
      this.#base += this.#head
      this.#head = 0
    }
  }

  /** Offset of the first record that isn't settled, `undefined` where all are. */
  lowestOpen(): bigint | undefined {
    return this.#offsets[this.#head]
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

  /** The longest way that a partition has gone beyond its first open record, in records. */
  longestSpan(): number {
    let longest = 0
    for (const partitions of this.#partitions.values()) {
      for (const { span } of partitions.values()) longest = Math.max(longest, span)
    }
    return longest
  }

  /** Forgets a partition; what is on its way for it must not be sent any more. */
  drop({ topic, partition }: TopicPartition): void {
    const progress = this.#partitions.get(topic)?.get(partition)
    if (progress === undefined) return
    progress.dropped = true
    this.#partitions.get(topic)!.delete(partition)
  }
}
