import { KafkaError, type FetchedRecord, type TopicPartition } from '../types.ts'
import { legacyRecords } from './legacy-message.ts'
import {
  type BatchHeader,
  batchHeader,
  compressedRecords,
  type Decompress,
  entryAt,
  RecordReader,
} from './record-batch.ts'
import { CorruptBytes } from './varint-reader.ts'
import type { AbortedTransaction } from './fetch-apis.ts'

export interface RecordSetOptions extends TopicPartition {
  /** What a fetch returned: whole batches and perhaps a part of one at the end. */
  readonly bytes: Buffer
  /** Records before it are left out: a batch is returned whole. */
  readonly position: bigint
  /** Transactions whose records are left out; none under read_uncommitted. */
  readonly aborted: readonly AbortedTransaction[]
  readonly checkCrcs: boolean
  readonly decompress: Decompress
}

/** Whatever hands out records one by one: a batch of today's format or the messages of an older one. */
interface OpenBatch {
  readonly left: number
  next(): FetchedRecord
}

/** Markers that end a transaction: the key's second int16. */
const abortMarker = 0

/**
 * What was fetched of one partition, decoded as it is taken. `position` is where to read on: behind the last record taken, or
 * further where markers, aborted or compacted records follow.
 */
export class RecordSet {
  readonly #options: RecordSetOptions
  readonly #pending: AbortedTransaction[]
  readonly #aborting = new Set<bigint>()
  #position: bigint
  #at = 0
  #open: { readonly batch: OpenBatch; readonly nextOffset: bigint } | undefined
  #drained = false
  #broken: KafkaError | undefined

  constructor(options: RecordSetOptions) {
    this.#options = options
    this.#position = options.position
    this.#pending = options.aborted.toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1))
  }

  get position(): bigint {
    return this.#position
  }

  get drained(): boolean {
    return this.#drained
  }

  /**
   * The next records, at most `max`. Bytes that are no record batch throw a KafkaError that names the place, once what was
   * readable before them has been taken.
   */
  take(max: number): readonly FetchedRecord[] {
    const records: FetchedRecord[] = []
    const from = this.#position
    try {
      while (!this.#broken && records.length < max && this.#ready()) this.#read(records, max)
      if (this.#open === undefined) this.#drained ||= entryAt(this.#options.bytes, this.#at) === undefined
    } catch (error) {
      this.#broken = this.#named(error)
    }
    if (this.#broken && this.#position === from) throw this.#broken
    return records
  }

  /** Makes sure that a batch with records is open; false at the end. */
  #ready(): boolean {
    while (this.#open === undefined) {
      const { bytes, checkCrcs, decompress } = this.#options
      const entry = entryAt(bytes, this.#at)
      if (entry === undefined) {
        this.#end()
        return false
      }
      if (entry.magic === 2) {
        this.#openBatch(batchHeader(bytes, this.#at, { end: entry.end, checkCrcs }))
      } else {
        const range = { start: this.#at, end: entry.end, checkCrcs }
        this.#openLegacy(legacyRecords(bytes, range, decompress))
      }
      this.#at = entry.end
    }
    return true
  }

  #openBatch(batch: BatchHeader): void {
    if (batch.lastOffset < this.#position) return
    const nextOffset = batch.lastOffset + 1n
    if (this.#isLeftOut(batch) || batch.count === 0) {
      this.#position = nextOffset
      return
    }
    const records =
      batch.codec === 0 ? undefined : this.#options.decompress(batch.codec, compressedRecords(batch))
    this.#open = { batch: new RecordReader(batch, records), nextOffset }
  }

  #openLegacy(records: readonly FetchedRecord[]): void {
    const last = records.at(-1)
    if (last === undefined || last.offset < this.#position) return
    const rest = records.values()
    const batch = {
      left: records.length,
      next(): FetchedRecord {
        this.left--
        return rest.next().value as FetchedRecord
      },
    }
    this.#open = { batch, nextOffset: last.offset + 1n }
  }

  #read(into: FetchedRecord[], max: number): void {
    const open = this.#open
    if (open === undefined) return
    const { batch } = open
    while (batch.left > 0 && into.length < max) {
      const record = batch.next()
      if (record.offset < this.#position) continue
      into.push(record)
      this.#position = record.offset + 1n
    }
    if (batch.left > 0) return
    this.#position = open.nextOffset
    this.#open = undefined
  }

  /** Control batches are never records; a transaction's are none where it was aborted. */
  #isLeftOut(batch: BatchHeader): boolean {
    for (let next = this.#pending[0]; next && next.firstOffset <= batch.lastOffset; next = this.#pending[0]) {
      this.#aborting.add(next.producerId)
      this.#pending.shift()
    }
    if (!batch.control) return batch.transactional && this.#aborting.has(batch.producerId)
    if (markerType(batch) === abortMarker) this.#aborting.delete(batch.producerId)
    return true
  }

  #end(): void {
    const { bytes } = this.#options
    this.#drained = true
    if (this.#at > 0 || bytes.length === 0) return
    throw new CorruptBytes(`${bytes.length} bytes that are less than one batch`)
  }

  #named(cause: unknown): KafkaError {
    const { topic, partition } = this.#options
    const what = cause instanceof Error ? cause.message : String(cause)
    return new KafkaError(
      `What Kafka returned of ${topic}-${partition} at offset ${this.#position} can't be read: ${what}. ` +
        'Seek past it to go on, or restore the partition from a replica.',
      { code: 'CORRUPT_MESSAGE', retriable: false, cause },
    )
  }
}

const markerType = (batch: BatchHeader): number | undefined => {
  const { key } = new RecordReader(batch).next()
  return key !== null && key.length >= 4 ? (key as Buffer).readInt16BE(2) : undefined
}
