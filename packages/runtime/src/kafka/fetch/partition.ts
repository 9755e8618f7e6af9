import type { TopicPartition } from '../types.ts'
import type { RecordSet } from './record-set.ts'

/** What the fetch loop knows of one assigned partition. */
export interface Partition extends TopicPartition {
  /** Where to read on; undefined until the group's offset or the reset has been looked up. */
  position: bigint | undefined
  /** Counts seeks: what was asked for before one isn't delivered after it. */
  seeks: number
  paused: boolean
  /** A request for it is under way. */
  asked: boolean
  /** Fetched and not yet taken. */
  held: RecordSet | undefined
  highWatermark: bigint
  /** What a reader of this isolation level can read up to; undefined until the first fetch. */
  end: bigint | undefined
  /** A replica nearer than the leader, and until when (`performance.now()`) to read from it. */
  nearest: { readonly nodeId: number; readonly untilMs: number } | undefined
  /** Not to be fetched before this time (`performance.now()`), and how often it failed in a row. */
  waitUntilMs: number
  failures: number
  /** Since when (`performance.now()`) it has failed. */
  failingSinceMs: number | undefined
  /** The last position was out of range: `auto.offset.reset` decides, and the group's commit is not asked again. */
  outOfRange: boolean
}

export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`

export const newPartition = ({ topic, partition }: TopicPartition): Partition => ({
  topic,
  partition,
  position: undefined,
  seeks: 0,
  paused: false,
  asked: false,
  held: undefined,
  highWatermark: 0n,
  end: undefined,
  nearest: undefined,
  waitUntilMs: 0,
  failures: 0,
  failingSinceMs: undefined,
  outOfRange: false,
})
