import { crc32 } from 'node:zlib'
import type { FetchedRecord } from '../types.ts'
import type { Decompress } from './record-batch.ts'
import { CorruptBytes } from './varint-reader.ts'

/** Messages of magic 0 and 1, as brokers before 0.11 wrote them and newer ones still serve them. */
const at = { crc: 12, magic: 16, attributes: 17, timestamp: 18 } as const

interface Message extends FetchedRecord {
  readonly codec: number
  readonly magic: number
}

/** The records of one entry of a message set, decompressed where it wraps others. */
export const legacyRecords = (
  bytes: Buffer,
  range: { start: number; end: number; checkCrcs: boolean },
  decompress: Decompress,
): readonly FetchedRecord[] => {
  const outer = readMessage(bytes, range)
  if (outer.codec === 0) return [outer]
  if (outer.value === null) throw new CorruptBytes('a compressed message without a value')
  const inner = decompress(outer.codec, outer.value)
  const messages = readMessages(inner)
  const last = messages.at(-1)
  if (last === undefined) throw new CorruptBytes('a compressed message with nothing in it')
  // Within a wrapper of magic 1 offsets are relative and the wrapper carries the last one's.
  const base = outer.magic === 0 ? 0n : outer.offset - last.offset
  return messages.map((message) => ({
    ...message,
    offset: base + message.offset,
    ...(outer.timestampType === 'LogAppendTime'
      ? { timestamp: outer.timestamp, timestampType: 'LogAppendTime' as const }
      : undefined),
  }))
}

const readMessages = (bytes: Buffer): readonly Message[] => {
  const messages: Message[] = []
  for (let start = 0; start < bytes.length; ) {
    if (bytes.length - start < at.crc) throw new CorruptBytes('a message that is cut')
    const end = start + at.crc + bytes.readInt32BE(start + 8)
    messages.push(readMessage(bytes, { start, end, checkCrcs: false }))
    start = end
  }
  return messages
}

const readMessage = (
  bytes: Buffer,
  { start, end, checkCrcs }: { start: number; end: number; checkCrcs: boolean },
): Message => {
  const body = bytes.subarray(start, end)
  if (end > bytes.length || body.length < at.timestamp) throw new CorruptBytes('a message that is cut')
  if (checkCrcs && crc32(body.subarray(at.magic)) !== body.readUInt32BE(at.crc)) {
    throw new CorruptBytes('the checksum of a message is wrong')
  }
  const magic = body.readInt8(at.magic)
  if (magic !== 0 && magic !== 1) throw new CorruptBytes(`a message of format ${magic}`)
  if (magic === 1 && body.length < at.timestamp + 8) throw new CorruptBytes('a message that is cut')
  const attributes = body.readInt8(at.attributes)
  const key = sizedAt(body, at.timestamp + (magic === 1 ? 8 : 0))
  const value = sizedAt(body, key.end)
  return {
    offset: body.readBigInt64BE(0),
    timestamp: magic === 1 ? Number(body.readBigInt64BE(at.timestamp)) : -1,
    timestampType: (attributes & 8) === 0 ? 'CreateTime' : 'LogAppendTime',
    key: key.bytes,
    value: value.bytes,
    headers: [],
    codec: attributes & 7,
    magic,
  }
}

const sizedAt = (body: Buffer, start: number): { bytes: Buffer | null; end: number } => {
  if (body.length - start < 4) throw new CorruptBytes('a message that is cut')
  const length = body.readInt32BE(start)
  const from = start + 4
  if (length < 0) return { bytes: null, end: from }
  if (length > body.length - from) throw new CorruptBytes(`${length} bytes run past the end`)
  return { bytes: body.subarray(from, from + length), end: from + length }
}
