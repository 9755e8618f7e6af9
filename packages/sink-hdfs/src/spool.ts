import { randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type ChunkPool, chunkBytes } from './chunk-pool.ts'
import type { Body } from './webhdfs/http-transport.ts'

export interface SpoolOptions {
  /** A local folder for what doesn't fit into memory. */
  readonly folder: string
  /** Memory, shared with other files: once it is full this one goes to the local file. */
  readonly pool: ChunkPool
}

/**
 * The bytes of one file until HDFS has them for good: in memory while they are few, then in a local file, so that an upload can be
 * repeated from them any number of times. The local file has no name on the disk once it is open: nothing is left behind, even by a kill.
 */
export class Spool implements Body {
  readonly #options: SpoolOptions
  /** In memory. All are full but the last. */
  #chunks: Buffer[] = []
  /** Bytes used of the last chunk. */
  #used = 0
  #size = 0
  #spilled = 0
  #file: FileHandle | undefined

  constructor(options: SpoolOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#size
  }

  /** Bytes that aren't in the local file. */
  get inMemory(): number {
    return this.#size - this.#spilled
  }

  /** Is it time for `spill`? Not for less than a chunk: many files with a little each would write it to the disk all the time. */
  get isOverfull(): boolean {
    return this.inMemory >= chunkBytes && this.#options.pool.isFull
  }

  /** Copies the bytes. */
  add(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const chunk = this.#room()
      const taken = Math.min(chunkBytes - this.#used, bytes.length - from)
      chunk.set(taken === bytes.length ? bytes : bytes.subarray(from, from + taken), this.#used)
      this.#used += taken
      this.#size += taken
      from += taken
    }
  }

  /** Moves what is in memory to the local file. */
  async spill(): Promise<void> {
    this.#file ??= await openNameless(this.#options.folder)
    const { bytesWritten } = await this.#file.writev(this.#kept(), this.#spilled)
    this.#spilled += bytesWritten
    if (this.#spilled !== this.#size)
      throw new Error(`The folder ${this.#options.folder} (buffer.dir) is full.`)
    this.#releaseChunks()
  }

  /** All bytes from the first on. Nothing may be added meanwhile. */
  async *chunks(): AsyncIterable<Uint8Array> {
    const chunk = this.#options.pool.take()
    try {
      for (let position = 0; position < this.#spilled; ) {
        const { bytesRead } = await this.#file!.read(chunk, 0, chunk.length, position)
        if (bytesRead === 0)
          throw new Error('The local file that buffers an upload is shorter than what was written.')
        position += bytesRead
        yield chunk.subarray(0, bytesRead)
      }
    } finally {
      this.#options.pool.give([chunk])
    }
    yield* this.#kept()
  }

  /** Nothing may read meanwhile. */
  async close(): Promise<void> {
    this.#releaseChunks()
    await this.#file?.close()
    this.#file = undefined
  }

  #room(): Buffer {
    const last = this.#chunks.at(-1)
    if (last !== undefined && this.#used < chunkBytes) return last
    const chunk = this.#options.pool.take()
    this.#chunks.push(chunk)
    this.#used = 0
    return chunk
  }

  #releaseChunks(): void {
    this.#options.pool.give(this.#chunks)
    this.#chunks = []
    this.#used = 0
  }

  #kept(): readonly Buffer[] {
    return this.#chunks.map((chunk, index) =>
      index === this.#chunks.length - 1 ? chunk.subarray(0, this.#used) : chunk,
    )
  }
}

async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `sluice-hdfs-${randomUUID()}`)
  try {
    const file = await open(path, 'wx+', 0o600)
    await unlink(path)
    return file
  } catch (cause) {
    throw new Error(`Can't buffer a file in ${folder}. Name a folder that may be written to in buffer.dir.`, {
      cause,
    })
  }
}
