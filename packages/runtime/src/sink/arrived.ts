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

/** Makes the same of a record once more. */
export type Again = (arrival: Arrival) => RecordData

/** A record for the sink, with the bytes of its value where they may be taken as they are. */
export class Arrived {
  readonly json: Uint8Array | null | undefined
  readonly #arrival: Arrival
  readonly #again: Again | undefined
  #record: SinkRecord | undefined

  /** `again`: absent where the record can't be made once more. */
  constructor(
    arrival: Arrival,
    data: RecordData,
    how: { readonly bytesAreJson: boolean; readonly again: Again | undefined },
  ) {
    this.json = how.bytesAreJson ? (data.value === null ? null : oneLine(arrival.fetched.value)) : undefined
    this.#arrival = arrival
    this.#again = how.again
    this.#record = sinkRecord(arrival, data)
  }

  get record(): SinkRecord {
    return this.#record ?? sinkRecord(this.#arrival, this.#again!(this.#arrival))
  }

  /** Sinks hold on to batches, in case a record is refused later: of most only the bytes need to stay. */
  forget(): void {
    if (this.#again !== undefined) this.#record = undefined
  }
}

function sinkRecord(arrival: Arrival, data: RecordData): SinkRecord {
  return { ...data, origin: arrival, timestampType: arrival.fetched.timestampType }
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
