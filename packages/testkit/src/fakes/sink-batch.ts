import type { SinkBatch, SinkRecord } from '@sluice/template'

/** What a test says of a record; the rest is filled in. */
export type RecordSketch = Partial<Omit<SinkRecord, 'origin'>> & {
  readonly offset?: bigint
  readonly partition?: number
}

/** A record of partition 0 of topic `test` at offset 0, but for what the sketch says. */
export function sinkRecord(sketch: RecordSketch): SinkRecord {
  const { offset = 0n, partition = 0, topic = 'test', ...rest } = sketch
  return {
    value: null,
    timestamp: 1_700_000_000_000,
    timestampType: 'CreateTime',
    ...rest,
    topic,
    partition,
    origin: { topic, partition, offset },
  }
}

/** A batch as `put` gets it. `json`: the bytes that a converter vouches for, per record. */
export function sinkBatch(
  records: readonly SinkRecord[],
  json: (record: SinkRecord, index: number) => Uint8Array | null | undefined = () => undefined,
): SinkBatch {
  const at = (index: number): SinkRecord => {
    const record = records[index]
    if (record === undefined)
      throw new RangeError(`There is no record ${index} in a batch of ${records.length}.`)
    return record
  }
  return {
    length: records.length,
    at,
    json: (index) => json(at(index), index),
    [Symbol.iterator]: () => records[Symbol.iterator](),
  }
}
