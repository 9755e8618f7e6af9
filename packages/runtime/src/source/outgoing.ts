import type { OutgoingRecord, RecordHeader } from '../kafka/types.ts'
import type { Submitted } from './submitted-records.ts'

/** A record as it goes to the producer, with what its acknowledgement moves. */
export interface Outgoing extends OutgoingRecord {
  readonly submitted: Submitted<unknown>
  /** What it weighs while in flight. */
  readonly bytes: number
}

/** A record in bytes. */
export interface Converted {
  readonly topic: string
  readonly partition: number | undefined
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly RecordHeader[] | undefined
  readonly timestamp: number | undefined
}

/** About what a record costs beside its key and value. */
const overheadBytes = 100

export function outgoing(converted: Converted, submitted: Submitted<unknown>): Outgoing {
  const { topic, partition, key, value, headers, timestamp } = converted
  return {
    topic,
    key,
    value,
    ...(partition !== undefined && { partition }),
    ...(headers !== undefined && { headers }),
    ...(timestamp !== undefined && { timestamp }),
    submitted,
    bytes: (key?.length ?? 0) + (value?.length ?? 0) + overheadBytes,
  }
}
