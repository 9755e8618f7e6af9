import { compressSync, uncompressSync } from 'snappy'

/**
 * The stream format of snappy-java (xerial), as Kafka's Java clients write it: a head of 16 bytes, then blocks of a 32-bit length and raw
 * snappy. Other clients write one raw block without a head; both are read. https://github.com/xerial/snappy-java
 */
const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const head = Buffer.concat([magic, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])])
const blockBytes = 32 * 1024

export function compressSnappy(plain: Uint8Array): Buffer {
  const parts: Buffer[] = [head]
  for (let at = 0; at < plain.length; at += blockBytes) {
    const block = compressSync(plain.subarray(at, at + blockBytes))
    const length = Buffer.allocUnsafe(4)
    length.writeUInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

/** Throws an Error if the bytes are damaged, or more than `maxBytes` unpacked. */
export function decompressSnappy(bytes: Uint8Array, maxBytes: number): Buffer {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (!source.subarray(0, magic.length).equals(magic)) return uncompressBlock(source, maxBytes)
  const parts: Buffer[] = []
  let left = maxBytes
  for (let at = head.length; at < source.length; ) {
    const end = at + 4 + source.readUInt32BE(at)
    if (end > source.length) throw new Error('A snappy block is cut off.')
    const part = uncompressBlock(source.subarray(at + 4, end), left)
    left -= part.length
    parts.push(part)
    at = end
  }
  return Buffer.concat(parts)
}

function uncompressBlock(bytes: Buffer, maxBytes: number): Buffer {
  if (plainLength(bytes) > maxBytes)
    throw new Error(`Snappy data would be more than ${maxBytes} bytes unpacked.`)
  return uncompressSync(bytes, { asBuffer: true }) as Buffer
}

/** A raw block begins with its unpacked length as a varint. */
function plainLength(bytes: Buffer): number {
  let length = 0
  for (let at = 0; at < 5; at += 1) {
    const byte = bytes[at] ?? 0
    length += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) return length
  }
  throw new Error('Snappy data begins with no length.')
}
