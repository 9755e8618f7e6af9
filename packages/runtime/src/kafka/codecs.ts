import { compressFrameSync, decompressFrameSync } from 'lz4-napi'
import { gunzipSync, gzipSync, constants as zlib, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { compressSnappy, decompressSnappy } from './snappy-blocks.ts'

export type CodecName = 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** One compression of the records of a batch. `id` stands in the batch's attributes. */
export interface Codec {
  readonly id: 1 | 2 | 3 | 4
  readonly name: CodecName
  compress(records: Uint8Array): Uint8Array
}

/** No batch grows beyond that when it is unpacked: a few bytes must not take all memory. */
const maxPlainBytes = 256 * 1024 * 1024

/** `level` is heeded by gzip (-1 to 9) and zstd. */
export function codecOf(name: CodecName, level?: number): Codec {
  switch (name) {
    case 'gzip':
      return { id: 1, name, compress: (records) => gzipSync(records, { level: level ?? -1 }) }
    case 'snappy':
      return { id: 2, name, compress: compressSnappy }
    case 'lz4':
      return {
        id: 3,
        name,
        compress: (records) =>
          compressFrameSync(Buffer.from(records.buffer, records.byteOffset, records.length)),
      }
    case 'zstd': {
      const params = { [zlib.ZSTD_c_compressionLevel]: level ?? 3 }
      return { id: 4, name, compress: (records) => zstdCompressSync(records, { params }) }
    }
  }
}

/** Unpacks the records of a batch by the codec's id in its attributes. Throws an Error if the bytes are damaged, or too large unpacked. */
export function decompress(codecId: number, bytes: Uint8Array): Buffer {
  switch (codecId) {
    case 1:
      return gunzipSync(bytes, { maxOutputLength: maxPlainBytes })
    case 2:
      return decompressSnappy(bytes, maxPlainBytes)
    case 3:
      return decompressLz4(bytes)
    case 4:
      return zstdDecompressSync(bytes, { maxOutputLength: maxPlainBytes })
    default:
      throw new Error(`Compression ${codecId} isn't known.`)
  }
}

function decompressLz4(bytes: Uint8Array): Buffer {
  if (lz4Bound(bytes) > maxPlainBytes)
    throw new Error(`LZ4 data would be more than ${maxPlainBytes} bytes unpacked.`)
  return decompressFrameSync(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
}

/** What a frame unpacks to at most: its blocks times the block size that it declares, or its own word on it. */
function lz4Bound(bytes: Uint8Array): number {
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const flags = frame[4] ?? 0
  const blockBytes = 4 ** (4 + (((frame[5] ?? 0) >> 4) & 7))
  const checksumBytes = flags & 0x10 ? 4 : 0
  let blocks = 0
  for (let at = 7 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0); at + 4 <= frame.length; blocks += 1) {
    const size = frame.readUInt32LE(at) & 0x7fffffff
    if (size === 0) break
    at += 4 + size + checksumBytes
  }
  return blocks * blockBytes
}
