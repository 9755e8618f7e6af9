import type { SourceOrigin, SourcePartition } from '@sluice/template'

/** A record on its way. `acknowledge` it once, when it has arrived or is to be passed over. */
export class Submitted<O> {
  readonly origin: SourceOrigin<O>
  readonly #queue: Queue<O>
  #acknowledged = false

  constructor(origin: SourceOrigin<O>, queue: Queue<O>) {
    this.origin = origin
    this.#queue = queue
  }

  get acknowledged(): boolean {
    return this.#acknowledged
  }

  acknowledge(): void {
    this.#acknowledged = true
    this.#queue.advance()
  }
}

/**
 * The records of a source between poll and acknowledgement. Records are submitted in order and acknowledged in any.
 *
 * Invariant: the offset to commit of a source partition is that of the last record of its contiguous acknowledged run; no record before it
 * is unacknowledged. (Kafka's SubmittedRecords does the same: KAFKA-12226.)
 */
export class SubmittedRecords<O> {
  readonly #queues = new Map<string, Queue<O>>()
  /** Sources mostly hand out the same partition objects: no text is made for those. */
  readonly #known = new WeakMap<SourcePartition, Queue<O>>()
  /** Hears how far the acknowledged run of a partition has come. */
  onArrived: ((origin: SourceOrigin<O>) => void) | undefined

  submit(origin: SourceOrigin<O>): Submitted<O> {
    const queue = this.#known.get(origin.partition) ?? this.#queueOf(origin.partition)
    const submitted = new Submitted(origin, queue)
    queue.add(submitted)
    return submitted
  }

  /** What may be committed and has not been taken before: at most one origin per partition. */
  takeCommittable(): readonly SourceOrigin<O>[] {
    return [...this.#queues.values()].flatMap((queue) => queue.takeCommittable() ?? [])
  }

  /**
   * The last origin of each partition that was submitted since the last call, acknowledged or not: for whoever commits records and offsets as one.
   */
  takeSubmitted(): readonly SourceOrigin<O>[] {
    return [...this.#queues.values()].flatMap((queue) => queue.takeSubmitted() ?? [])
  }

  /** Is there anything to take? */
  get hasCommittable(): boolean {
    for (const queue of this.#queues.values()) if (queue.hasCommittable) return true
    return false
  }

  #queueOf(partition: SourcePartition): Queue<O> {
    const key = partitionKey(partition)
    const queue = this.#queues.get(key) ?? new Queue<O>({ arrived: (origin) => this.onArrived?.(origin) })
    this.#queues.set(key, queue)
    this.#known.set(partition, queue)
    return queue
  }
}

/** Equal for partitions of equal content, in whatever order. */
export function partitionKey(partition: SourcePartition): string {
  return JSON.stringify(Object.entries(partition).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

interface Listener<O> {
  arrived(origin: SourceOrigin<O>): void
}

/** The records of one source partition: the head is the first unacknowledged one. */
class Queue<O> {
  #waiting: Submitted<O>[] = []
  #head = 0
  #committable: SourceOrigin<O> | undefined
  #submitted: SourceOrigin<O> | undefined
  readonly #listener: Listener<O>

  constructor(listener: Listener<O>) {
    this.#listener = listener
  }

  get hasCommittable(): boolean {
    return this.#committable !== undefined
  }

  add(submitted: Submitted<O>): void {
    this.#submitted = submitted.origin
    this.#waiting.push(submitted)
  }

  advance(): void {
    let head = this.#waiting[this.#head]
    if (!head?.acknowledged) return
    while (head?.acknowledged) {
      this.#committable = head.origin
      head = this.#waiting[++this.#head]
    }
    this.#listener.arrived(this.#committable!)
    // Half of it is history: moving the rest is cheap then, and each record is moved once on average.
    if (this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
  }

  takeSubmitted(): SourceOrigin<O> | undefined {
    const taken = this.#submitted
    this.#submitted = undefined
    return taken
  }

  takeCommittable(): SourceOrigin<O> | undefined {
    const taken = this.#committable
    this.#committable = undefined
    return taken
  }
}
