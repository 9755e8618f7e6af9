import type { ByteWriter } from '../byte-writer.ts'

/** Integers of Avro: the sign is the lowest bit, so that small numbers of either sign are short. */
export function writeInteger(out: ByteWriter, value: number | bigint): void {
  if (typeof value === 'bigint') return out.varint64((value << 1n) ^ (value >> 63n))
  if (value >= -0x20000000000000 / 2 && value < 0x20000000000000 / 2) {
    return out.varint(value >= 0 ? value * 2 : -value * 2 - 1)
  }
  const wide = BigInt(value)
  out.varint64((wide << 1n) ^ (wide >> 63n))
}

export function writeText(out: ByteWriter, text: string): void {
  const length = Buffer.byteLength(text)
  writeInteger(out, length)
  out.utf8(text, length)
}

export function writeBytes(out: ByteWriter, bytes: Uint8Array): void {
  writeInteger(out, bytes.length)
  out.put(bytes)
}
