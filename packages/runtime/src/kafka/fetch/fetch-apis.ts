import { wireApi } from '../group/wire-api.ts'

export interface FetchRequest {
  readonly maxWaitMs: number
  readonly minBytes: number
  readonly maxBytes: number
  readonly readCommitted: boolean
  readonly rack: string
  readonly topics: ReadonlyArray<{
    readonly topic: string
    readonly partitions: ReadonlyArray<{
      readonly partition: number
      readonly offset: bigint
      readonly maxBytes: number
    }>
  }>
}

export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

export interface PartitionAnswer {
  readonly topic: string
  readonly partition: number
  readonly error: number
  readonly highWatermark: bigint
  readonly lastStableOffset: bigint
  readonly aborted: readonly AbortedTransaction[]
  /** The replica to read from instead; -1: go on here. */
  readonly preferredReplica: number
  /** Whole record batches and, at the end, perhaps a part of one: a view into the answer. */
  readonly records: Buffer | null
}

const noRecords = Buffer.alloc(0)

/** Version 11 is the first with a rack (KIP-392). No fetch session: every request names its partitions. */
export const fetchApi = wireApi<
  FetchRequest,
  { readonly error: number; readonly partitions: readonly PartitionAnswer[] }
>({
  name: 'Fetch',
  key: 1,
  version: 11,
  write: (to, request) =>
    to
      .int32(-1) // no replica
      .int32(request.maxWaitMs)
      .int32(request.minBytes)
      .int32(request.maxBytes)
      .int8(request.readCommitted ? 1 : 0)
      .int32(0) // no session
      .int32(-1)
      .array(request.topics, ({ topic, partitions }) =>
        to.string(topic).array(partitions, ({ partition, offset, maxBytes }) =>
          // -1: the leader epoch isn't known; -1: no log start offset, as of every consumer
          to.int32(partition).int32(-1).int64(offset).int64(-1n).int32(maxBytes),
        ),
      )
      .int32(0) // nothing forgotten
      .string(request.rack),
  read: (from) => {
    const error = from.int16()
    from.int32() // session
    const partitions = from.array(() => {
      const topic = from.string()
      return from.array((): PartitionAnswer => {
        const partition = from.int32()
        const partitionError = from.int16()
        const highWatermark = from.int64()
        const lastStableOffset = from.int64()
        from.int64() // log start offset
        const aborted = from.array(() => ({ producerId: from.int64(), firstOffset: from.int64() }))
        const preferredReplica = from.int32()
        const records = from.bytes() ?? noRecords
        return {
          topic,
          partition,
          error: partitionError,
          highWatermark,
          lastStableOffset,
          aborted,
          preferredReplica,
          records,
        }
      })
    })
    return { error, partitions: partitions.flat() }
  },
})

export interface ListOffsetsRequest {
  readonly readCommitted: boolean
  /** -1: the end; -2: the start; else the first record at or after that time. */
  readonly timestamp: bigint
  readonly topics: ReadonlyArray<{ readonly topic: string; readonly partitions: readonly number[] }>
}

export interface ListedOffset {
  readonly topic: string
  readonly partition: number
  readonly error: number
  readonly offset: bigint
}

export const listOffsetsApi = wireApi<ListOffsetsRequest, readonly ListedOffset[]>({
  name: 'ListOffsets',
  key: 2,
  version: 5,
  write: (to, request) =>
    to
      .int32(-1)
      .int8(request.readCommitted ? 1 : 0)
      .array(request.topics, ({ topic, partitions }) =>
        to
          .string(topic)
          .array(partitions, (partition) => to.int32(partition).int32(-1).int64(request.timestamp)),
      ),
  read: (from) =>
    from
      .array(() => {
        const topic = from.string()
        return from.array((): ListedOffset => {
          const partition = from.int32()
          const error = from.int16()
          from.int64() // timestamp
          const offset = from.int64()
          from.int32() // leader epoch
          return { topic, partition, error, offset }
        })
      })
      .flat(),
})
