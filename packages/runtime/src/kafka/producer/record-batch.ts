import { crc32c } from '@node-rs/crc32'
import type { Codec } from '../codecs.ts'
import type { OutgoingRecord, RecordHeader } from '../types.ts'
import { varintSize, writeVarint } from './varint.ts'

/**
 * Record batches of format version 2, as in https://kafka.apache.org/documentation/#recordbatch:
 * a head of 61 bytes, then the records, compressed as one if a codec is given.
 */
export const headBytes = 61
const magic = 2
const crcAt = 17
const attributesAt = 21
const transactionalBit = 16

export interface BatchHead {
  readonly codec: Codec | undefined
  /** -1: not idempotent. */
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly transactional?: boolean
}

/** Records and, for each, its timestamp and the bytes of its body as `bodyBytes` gives them. */
export interface BatchRecords {
  readonly records: readonly OutgoingRecord[]
  readonly timestamps: readonly number[]
  readonly sizes: readonly number[]
}

export function encodeBatch(batch: BatchRecords, head: BatchHead): Buffer {
  const { timestamps } = batch
  const baseTimestamp = timestamps[0] ?? 0
  const plain = encodeRecords(batch, baseTimestamp)
  const bytes = head.codec ? compressed(plain, head.codec) : plain
  const maxTimestamp = timestamps.reduce((max, timestamp) => Math.max(max, timestamp), baseTimestamp)
  bytes.fill(0, 0, 8)
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes.writeInt32BE(-1, 12)
  bytes[16] = magic
  bytes.writeInt16BE((head.codec?.id ?? 0) | (head.transactional ? transactionalBit : 0), attributesAt)
  bytes.writeInt32BE(timestamps.length - 1, 23)
  bytes.writeBigInt64BE(BigInt(baseTimestamp), 27)
  bytes.writeBigInt64BE(BigInt(maxTimestamp), 35)
  bytes.writeBigInt64BE(head.producerId, 43)
  bytes.writeInt16BE(head.producerEpoch, 51)
  bytes.writeInt32BE(head.baseSequence, 53)
  bytes.writeInt32BE(timestamps.length, 57)
  bytes.writeUInt32BE(crc32c(bytes.subarray(attributesAt)), crcAt)
  return bytes
}

function compressed(plain: Buffer, codec: Codec): Buffer {
  const body = codec.compress(plain.subarray(headBytes))
  const batch = Buffer.allocUnsafe(headBytes + body.length)
  batch.set(body, headBytes)
  return batch
}

/** The plain records behind room for the head. */
function encodeRecords(batch: BatchRecords, baseTimestamp: number): Buffer {
  const { records, timestamps, sizes } = batch
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + varintSize(size) + size, headBytes))
  let at = headBytes
  for (const [index, record] of records.entries()) {
    at = writeVarint(bytes, sizes[index] ?? 0, at)
    bytes[at++] = 0
    at = writeVarint(bytes, (timestamps[index] ?? 0) - baseTimestamp, at)
    at = writeVarint(bytes, index, at)
    at = writeBytes(bytes, record.key, at)
    at = writeBytes(bytes, record.value, at)
    at = writeHeaders(bytes, record.headers, at)
  }
  return bytes
}

/** The bytes of a record as the `index`th of a batch, without its length prefix. */
export function bodyBytes(record: OutgoingRecord, timestampDelta: number, index: number): number {
  return (
    1 +
    varintSize(timestampDelta) +
    varintSize(index) +
    sizeOfBytes(record.key) +
    sizeOfBytes(record.value) +
    sizeOfHeaders(record.headers)
  )
}

function sizeOfBytes(value: Uint8Array | null): number {
  return value === null ? 1 : varintSize(value.length) + value.length
}

function sizeOfHeaders(headers: readonly RecordHeader[] | undefined): number {
  if (headers === undefined) return 1
  let size = varintSize(headers.length)
  for (const { key, value } of headers) {
    const keyBytes = Buffer.byteLength(key)
    size += varintSize(keyBytes) + keyBytes + sizeOfBytes(value)
  }
  return size
}

function writeBytes(bytes: Buffer, value: Uint8Array | null, at: number): number {
  if (value === null) return writeVarint(bytes, -1, at)
  const start = writeVarint(bytes, value.length, at)
  bytes.set(value, start)
  return start + value.length
}

function writeHeaders(bytes: Buffer, headers: readonly RecordHeader[] | undefined, at: number): number {
  let end = writeVarint(bytes, headers?.length ?? 0, at)
  if (headers === undefined) return end
  for (const { key, value } of headers) {
    end = writeVarint(bytes, Buffer.byteLength(key), end)
    end += bytes.write(key, end)
    end = writeBytes(bytes, value, end)
  }
  return end
}
