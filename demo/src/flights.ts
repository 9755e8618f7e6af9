import { createRequire } from 'node:module'
import { zstdDecompressSync } from 'node:zlib'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'

/** One flight of vega-datasets' `flights-3m.parquet`. `date` is local time without a zone. */
export interface Flight {
  readonly date: Date
  readonly delay: bigint
  readonly distance: bigint
  readonly origin: string
  readonly destination: string
}

const CHUNK = 50_000

/** The first `count` flights, in chunks. */
export async function* flights(count: number): AsyncGenerator<readonly Flight[]> {
  const entry = createRequire(import.meta.url).resolve('vega-datasets/package.json')
  const file = await asyncBufferFromFile(new URL('data/flights-3m.parquet', `file://${entry}`).pathname)
  const compressors = { ZSTD: (input: Uint8Array) => new Uint8Array(zstdDecompressSync(input)) }
  for (let start = 0; start < count; start += CHUNK) {
    const rowEnd = Math.min(start + CHUNK, count)
    yield (await parquetReadObjects({ file, compressors, rowStart: start, rowEnd })) as unknown as Flight[]
  }
}
