import { RecordError } from '@sluice/template'

/** Confluent's wire format: a zero byte, the schema's id in four bytes, then what the format makes of the value. */
export const prefixBytes = 5

const magic = 0

export function writePrefix(bytes: Uint8Array, at: number, id: number): void {
  bytes[at] = magic
  bytes[at + 1] = id >>> 24
  bytes[at + 2] = id >>> 16
  bytes[at + 3] = id >>> 8
  bytes[at + 4] = id
}

/** The id of a record's schema. Throws a RecordError for bytes that don't begin so. */
export function idOf(bytes: Uint8Array): number {
  if (bytes.length >= prefixBytes && bytes[0] === magic) {
    return ((bytes[1]! << 24) | (bytes[2]! << 16) | (bytes[3]! << 8) | bytes[4]!) >>> 0
  }
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, prefixBytes)).toString(
    'hex',
  )
  throw new RecordError(
    bytes.length < prefixBytes
      ? `The ${bytes.length} bytes are too few for a zero byte and the id of a schema. Was the record written with a schema registry?`
      : `The bytes begin with ${start}, not with a zero byte and the id of a schema. Was the record written with a schema registry?`,
  )
}
