import { crc32c } from '@node-rs/crc32'
import type { FetchedRecord, RecordHeader } from '../types.ts'
import { CorruptBytes, VarintReader } from './varint-reader.ts'

/** Where things stand in a record batch of magic 2. https://kafka.apache.org/documentation/#recordbatch */
const at = {
  length: 8,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  count: 57,
  records: 61,
} as const

/** The bytes before a batch's length ends: what the length doesn't count. */
const lengthOverhead = 12

/** Undoes the compression with that id in a batch's attributes. Throws what it can't read. */
export type Decompress = (codec: number, bytes: Uint8Array) => Buffer

export interface BatchHeader {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  readonly baseOffset: bigint
  readonly lastOffset: bigint
  /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  readonly codec: number
  readonly logAppendTime: boolean
  readonly transactional: boolean
  readonly control: boolean
  readonly producerId: bigint
  readonly count: number
}

/** The whole entries at the front of a record set: where the one at `start` ends, and its magic; undefined for a cut one. */
export const entryAt = (bytes: Buffer, start: number): { end: number; magic: number } | undefined => {
  if (bytes.length - start <= at.magic) return undefined
  const length = bytes.readInt32BE(start + at.length)
  if (length < at.magic - lengthOverhead + 1) throw new CorruptBytes(`a batch of ${length} bytes`)
  const end = start + lengthOverhead + length
  return end > bytes.length ? undefined : { end, magic: bytes.readInt8(start + at.magic) }
}

export const batchHeader = (
  bytes: Buffer,
  start: number,
  how: { end: number; checkCrcs: boolean },
): BatchHeader => {
  if (how.end - start < at.records) throw new CorruptBytes(`a batch of ${how.end - start} bytes`)
  if (how.checkCrcs) checkCrc(bytes, start, how.end)
  const attributes = bytes.readInt16BE(start + at.attributes)
  const baseOffset = bytes.readBigInt64BE(start)
  const lastOffsetDelta = bytes.readInt32BE(start + at.lastOffsetDelta)
  const count = bytes.readInt32BE(start + at.count)
  if (lastOffsetDelta < 0 || count < 0) throw new CorruptBytes('a batch with a negative count')
  return {
    bytes,
    start,
    end: how.end,
    baseOffset,
    lastOffset: baseOffset + BigInt(lastOffsetDelta),
    codec: attributes & 7,
    logAppendTime: (attributes & 8) !== 0,
    transactional: (attributes & 16) !== 0,
    control: (attributes & 32) !== 0,
    producerId: bytes.readBigInt64BE(start + at.producerId),
    count,
  }
}

const checkCrc = (bytes: Buffer, start: number, end: number): void => {
  if (crc32c(bytes.subarray(start + at.attributes, end)) !== bytes.readUInt32BE(start + at.crc)) {
    throw new CorruptBytes('the checksum of a batch is wrong')
  }
}

export const compressedRecords = ({ bytes, start, end }: BatchHeader): Buffer =>
  bytes.subarray(start + at.records, end)

const noHeaders: readonly RecordHeader[] = Object.freeze([])

/** Reads the records of one batch one after the other; keys and values are views, not copies. */
export class RecordReader {
  left: number
  readonly #reader: VarintReader
  readonly #baseOffset: bigint
  readonly #baseTimestamp: number
  readonly #appendedAt: number | undefined

  /** `records`: the records' bytes where they were compressed. */
  constructor(batch: BatchHeader, records?: Buffer) {
    const { bytes, start } = batch
    this.left = batch.count
    this.#baseOffset = batch.baseOffset
    this.#baseTimestamp = Number(bytes.readBigInt64BE(start + at.baseTimestamp))
    this.#appendedAt = batch.logAppendTime ? Number(bytes.readBigInt64BE(start + at.maxTimestamp)) : undefined
    this.#reader = records
      ? new VarintReader(records, 0, records.length)
      : new VarintReader(bytes, start + at.records, batch.end)
  }

  next(): FetchedRecord {
    this.left--
    const reader = this.#reader
    const length = reader.varint()
    const end = reader.at + length
    if (length <= 0 || end > reader.end) throw new CorruptBytes(`a record of ${length} bytes`)
    reader.at++ // attributes: none are defined
    const timestampDelta = reader.varlong()
    const offset = this.#baseOffset + BigInt(reader.varint())
    const key = reader.sized()
    const value = reader.sized()
    const headers = readHeaders(reader)
    if (reader.at !== end)
      throw new CorruptBytes(`a record whose parts are ${reader.at - end} bytes off its length`)
    return this.#appendedAt === undefined
      ? {
          offset,
          timestamp: this.#baseTimestamp + timestampDelta,
          timestampType: 'CreateTime',
          key,
          value,
          headers,
        }
      : { offset, timestamp: this.#appendedAt, timestampType: 'LogAppendTime', key, value, headers }
  }
}

const readHeaders = (reader: VarintReader): readonly RecordHeader[] => {
  const count = reader.varint()
  if (count === 0) return noHeaders
  if (count < 0) throw new CorruptBytes('a negative number of headers')
  const headers: RecordHeader[] = []
  for (let i = 0; i < count; i++) {
    const key = reader.sized()
    if (key === null) throw new CorruptBytes('a header without a key')
    headers.push({ key: key.toString('utf8'), value: reader.sized() })
  }
  return headers
}
