import { fileURLToPath } from 'node:url'
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
  const file = await asyncBufferFromFile(
    fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets'))),
  )
  const compressors = { ZSTD: (input: Uint8Array) => new Uint8Array(zstdDecompressSync(input)) }
  for (let start = 0; start < count; start += CHUNK) {
    const rowEnd = Math.min(start + CHUNK, count)
    yield (await parquetReadObjects({ file, compressors, rowStart: start, rowEnd })) as unknown as Flight[]
  }
}
