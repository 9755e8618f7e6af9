import type { RecordData, SinkBatch, SinkOrigin, SinkRecord } from '@sluice/template'
import type { FetchedRecord } from '../kafka/types.ts'

/** Where a record came from. It keeps the record as fetched, so that a dead letter has the original bytes. */
export class Arrival implements SinkOrigin {
  readonly topic: string
  readonly partition: number
  readonly #fetched: FetchedRecord

  constructor(place: { readonly topic: string; readonly partition: number }, fetched: FetchedRecord) {
    this.topic = place.topic
    this.partition = place.partition
    this.#fetched = fetched
  }

  get offset(): bigint {
    return this.#fetched.offset
  }

  get fetched(): FetchedRecord {
    return this.#fetched
  }
}

/** A record for the sink, with the bytes of its value where they may be taken as they are. */
export interface Arrived {
  readonly record: SinkRecord
  readonly json: Uint8Array | null | undefined
}

export function arrived(arrival: Arrival, data: RecordData, bytesAreJson: boolean): Arrived {
  const { timestampType, value } = arrival.fetched
  return {
    record: { ...data, origin: arrival, timestampType },
    json: bytesAreJson ? (data.value === null ? null : oneLine(value)) : undefined,
  }
}

const newline = 0x0a
const carriageReturn = 0x0d

function oneLine(bytes: Uint8Array | null): Uint8Array | undefined {
  return bytes === null || bytes.includes(newline) || bytes.includes(carriageReturn) ? undefined : bytes
}

/** The records of one `put`. */
export function sinkBatch(items: readonly Arrived[]): SinkBatch {
  const itemAt = (index: number): Arrived => {
    const item = items[index]
    if (item) return item
    throw new RangeError(`There is no record ${index} in a batch of ${items.length}.`)
  }
  return {
    length: items.length,
    at: (index) => itemAt(index).record,
    json: (index) => itemAt(index).json,
    *[Symbol.iterator]() {
      for (const item of items) yield item.record
    },
  }
}
