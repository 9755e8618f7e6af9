import type { SourceRecord } from '@sluice/template'
import type { Failure } from '../errors/record-errors.ts'
import type { OutgoingRecord, RecordHeader } from '../kafka/types.ts'
import type { Submitted } from './submitted-records.ts'

/** A record as it goes to the producer, with what its acknowledgement moves. */
export interface Outgoing extends OutgoingRecord {
  readonly submitted: Submitted<unknown>
  /** What it weighs while in flight. */
  readonly bytes: number
  /** The record as it was polled; only where there are dead letters, for it holds on to what was polled. */
  readonly polled: (() => SourceRecord) | undefined
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

/** A record that failed and is tolerated: in place of one in bytes. */
export class SetAside {
  readonly record: SourceRecord
  readonly failure: Omit<Failure, 'record'>

  constructor(record: SourceRecord, failure: Omit<Failure, 'record'>) {
    this.record = record
    this.failure = failure
  }

  /** It goes to no topic of its own. */
  get topic(): undefined {
    return undefined
  }
}

/** About what a record costs beside its key and value. */
const overheadBytes = 100

export function outgoing(
  converted: Converted,
  { submitted, polled }: Pick<Outgoing, 'submitted' | 'polled'>,
): Outgoing {
  const { topic, partition, key, value, headers, timestamp } = converted
  return {
    topic,
    key,
    value,
    ...(partition !== undefined && { partition }),
    ...(headers !== undefined && { headers }),
    ...(timestamp !== undefined && { timestamp }),
    submitted,
    polled,
    bytes: (key?.length ?? 0) + (value?.length ?? 0) + overheadBytes,
  }
}
