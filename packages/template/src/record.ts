import type { Json } from './json.ts'
import type { RecordSchema } from './schema.ts'

/** One header of a record. A record may have several of one key; their order is kept. */
export interface Header {
  readonly key: string
  readonly value: unknown
  readonly schema?: RecordSchema
}

/** A record without where it came from: what converters and transforms see. */
export interface RecordData {
  readonly topic: string
  /** Absent on the way into Kafka: chosen by key. */
  readonly partition?: number | undefined
  readonly key?: unknown
  readonly keySchema?: RecordSchema | undefined
  readonly value: unknown
  readonly valueSchema?: RecordSchema | undefined
  readonly headers?: readonly Header[] | undefined
  /** Milliseconds since the epoch. */
  readonly timestamp?: number | undefined
}

/** A record on its way through the runtime. Nobody changes one: transforms make another, with the same origin. */
export interface ConnectRecord<Origin> extends RecordData {
  /** What to commit once the record has arrived. Nothing on the way changes it. */
  readonly origin: Origin
}

/** Names one stream of a source that has offsets of its own: a table, a file, a shard. Flat, compared by content. */
export type SourcePartition = Readonly<Record<string, string | number>>

/** Where a record of a source came from: its stream, and the offset to go on after it. */
export interface SourceOrigin<O> {
  readonly partition: SourcePartition
  readonly offset: O
}

/** A record that a source gives to be written to its topic. `O` is the offset that the source's `parseOffset` gives. */
export type SourceRecord<O = Json> = ConnectRecord<SourceOrigin<O>>

/**
 * Moves the offset and produces nothing: for rows that were filtered and for heartbeats. It waits its turn among records of the same partition.
 */
export interface OffsetOnly<O = Json> {
  readonly origin: SourceOrigin<O>
  readonly topic?: undefined
}

/** One partition of a topic in Kafka. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** Where to read on in a partition of a topic. */
export interface PartitionOffset extends TopicPartition {
  readonly offset: bigint
  /** Text kept beside the offset in Kafka, at most 4 KB. */
  readonly metadata?: string | undefined
}

/** Positions in partitions of topics, at most one for each. */
export type Offsets = readonly PartitionOffset[]

/** Where a record stands in Kafka. A transform that changes the topic or the partition of a record doesn't change this. */
export interface SinkOrigin extends TopicPartition {
  readonly offset: bigint
}

/** A record that a sink is given, converted and transformed. */
export interface SinkRecord extends ConnectRecord<SinkOrigin> {
  readonly timestampType: 'CreateTime' | 'LogAppendTime'
}

/** Records of one `put`, in order within each partition. Iterate it, or ask for members by index. */
export interface SinkBatch extends Iterable<SinkRecord> {
  readonly length: number
  /** The record at `index`, made on demand. Throws a RangeError outside 0..length-1. */
  at(index: number): SinkRecord
  /**
   * The value's bytes as they came from Kafka where the converter vouches that they are one JSON document in valid UTF-8
   * without a raw newline, and nothing has changed it since. `null`: the value is null. `undefined`: use the record.
   */
  json(index: number): Uint8Array | null | undefined
}
