import { gunzipSync } from 'node:zlib'
import { CorruptBytes } from './varint-reader.ts'

/** Undoes the compression with that id in a batch's attributes. Throws CorruptBytes. */
export type Decompress = (codec: number, bytes: Uint8Array) => Buffer

export const decompress: Decompress = (codec, bytes) => {
  if (codec === 1) return gunzipSync(bytes)
  throw new CorruptBytes(`an unknown compression, ${codec}`)
}
