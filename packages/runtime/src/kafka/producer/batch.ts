import type { KafkaError, OutgoingRecord } from '../types.ts'
import { bodyBytes, headBytes } from './record-batch.ts'
import { varintSize } from './varint.ts'

/** What a batch was sent as, once: every further attempt sends the same bytes. */
export interface Sent {
  readonly bytes: Buffer
  readonly sequence: number
}

/** `again`: it came back and is to be sent once more. */
export type BatchState = 'queued' | 'in flight' | 'again' | 'settled'

/** Records of one partition that travel together. */
export class Batch<R extends OutgoingRecord> {
  readonly records: R[] = []
  readonly timestamps: number[] = []
  readonly sizes: number[] = []
  /** In `performance.now()` milliseconds. */
  readonly createdAt: number
  /** Which `flush` waits for it. */
  readonly generation: number
  /** Uncompressed, the head included. */
  bytes = headBytes
  /** True: no record is added any more. */
  closed = false
  state: BatchState = 'queued'
  sent: Sent | undefined
  attempts = 0
  /** Set: never sent, but settled with this error in its turn. */
  doom: KafkaError | undefined

  constructor(createdAt: number, generation: number) {
    this.createdAt = createdAt
    this.generation = generation
  }

  /** Adds a record, unless that makes it larger than `limit`; the first one always fits. */
  tryAdd(record: R, timestamp: number, limit: number): boolean {
    const body = bodyBytes(record, timestamp - (this.timestamps[0] ?? timestamp), this.records.length)
    const bytes = this.bytes + varintSize(body) + body
    if (bytes > limit && this.records.length > 0) return false
    this.records.push(record)
    this.timestamps.push(timestamp)
    this.sizes.push(body)
    this.bytes = bytes
    return true
  }

  /** Batches of the records that `pieceOf` puts together: equal neighbours stay in one. */
  split(pieceOf: (index: number) => number): Batch<R>[] {
    const pieces: Batch<R>[] = []
    let last: number | undefined
    for (const [index, record] of this.records.entries()) {
      const piece = pieceOf(index)
      if (piece !== last) pieces.push(new Batch<R>(this.createdAt, this.generation))
      last = piece
      pieces.at(-1)?.tryAdd(record, this.timestamps[index] ?? 0, Number.POSITIVE_INFINITY)
    }
    for (const piece of pieces) {
      piece.closed = true
      piece.attempts = this.attempts
    }
    return pieces
  }
}
