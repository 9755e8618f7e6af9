/** One compression of the records of a batch. `id` stands in the batch's attributes. */
export interface Codec {
  readonly id: 1 | 2 | 3 | 4
  readonly name: 'gzip' | 'snappy' | 'lz4' | 'zstd'
  compress(records: Uint8Array): Uint8Array
  decompress(bytes: Uint8Array): Buffer
}
