import type { OffsetOnly, SourceOrigin, SourceRecord } from '@sluice/template'
import type { PointGroup, RecordMaker } from './records/record-maker.ts'

/** Points of one moment on their way to Kafka. */
export interface Parcel<O> {
  /** What its last record bears. */
  readonly origin: SourceOrigin<O>
  /** What the records before that one bear: not everything has arrived with them. Default the same. */
  readonly before?: SourceOrigin<O>
  readonly groups: readonly PointGroup[]
}

interface Waiting<O> {
  parcel: Parcel<O> | undefined
  next: number
}

type Item<O> = SourceRecord<O> | OffsetOnly<O>

/** What waits to be polled, in order. Records are made when they are asked for: points are smaller. */
export class Outbox<O> {
  readonly #maker: RecordMaker
  readonly #unsayable: () => void
  #queue: Waiting<O>[] = []
  #head = 0
  #points = 0
  #wake: (() => void) | undefined

  /** `unsayable` is called for each record that the format has no way to say. */
  constructor(maker: RecordMaker, unsayable: () => void) {
    this.#maker = maker
    this.#unsayable = unsayable
  }

  /** How many points wait. */
  get points(): number {
    return this.#points
  }

  /** Returns how to take it back: that returns false once some of it was given. */
  put(parcel: Parcel<O>): () => boolean {
    const waiting: Waiting<O> = { parcel, next: 0 }
    const points = pointsOf(parcel)
    if (points === 0) return () => true
    this.#queue.push(waiting)
    this.#points += points
    this.#wake?.()
    return () => {
      if (waiting.next > 0) return false
      if (waiting.parcel) this.#points -= points
      waiting.parcel = undefined
      return true
    }
  }

  /** Up to `most` records, as soon as there is one. Rejects when the signal aborts before; then nothing was taken. */
  async take(most: number, signal: AbortSignal): Promise<readonly Item<O>[]> {
    signal.throwIfAborted()
    while (this.#points === 0) await this.#something(signal)
    const items: Item<O>[] = []
    while (items.length < most && this.#head < this.#queue.length) {
      this.#takeFrom(this.#queue[this.#head]!, { items, most })
    }
    // half of it is history: moving the rest is cheap then
    if (this.#head * 2 >= this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
    return items
  }

  #takeFrom(waiting: Waiting<O>, { items, most }: { items: Item<O>[]; most: number }): void {
    const { parcel } = waiting
    const groups = parcel?.groups ?? []
    while (waiting.next < groups.length && items.length < most) {
      const group = groups[waiting.next++]!
      this.#points -= group.length
      const isLast = waiting.next === groups.length
      const origin = isLast ? parcel!.origin : (parcel!.before ?? parcel!.origin)
      const record = this.#maker.record(group, origin)
      // what can't be said moves the offset all the same: somebody may wait for it
      if (!record) this.#unsayable()
      items.push(record ?? { origin })
    }
    if (waiting.next >= groups.length) this.#head++
  }

  #something(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#wake = undefined
        reject(signal.reason)
      }
      signal.addEventListener('abort', stop, { once: true })
      this.#wake = () => {
        this.#wake = undefined
        signal.removeEventListener('abort', stop)
        resolve()
      }
    })
  }
}

function pointsOf({ groups }: Parcel<unknown>): number {
  return groups.reduce((sum, { length }) => sum + length, 0)
}
