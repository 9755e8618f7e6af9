import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Json, SourcePartition } from '@sluice/template'
import { FileOwner } from './file-owner.ts'
import { readJavaMap, writeJavaMap } from './java-map.ts'
import type { OffsetStore, StoredOffset } from './offset-store.ts'
import { OffsetView } from './offset-view.ts'
import { replaceFile } from './replace-file.ts'

/**
 * Offsets in one file of the shape that Kafka Connect's standalone mode reads and writes. Behind the map stands a checksum: the JVM reads one
 * object and ignores what follows, and drops it when it writes. (In a file of its own the checksum would be wrong after the
 * JVM has written, and two files can't be renamed as one.)
 *
 * Whoever opens it takes it over: reading and writing by the former owner, which may have been frozen, reject with a TakenOverError. Only one that freezes
 * between its last look at the mark and the rename still writes, older offsets: they stand until the new owner's next write.
 */
export class FileOffsetStore implements OffsetStore {
  readonly #path: string
  readonly #owner: FileOwner
  readonly #view: OffsetView
  #writing: Promise<void> = Promise.resolve()

  private constructor(how: { path: string; owner: FileOwner; view: OffsetView }) {
    this.#path = how.path
    this.#owner = how.owner
    this.#view = how.view
  }

  /** A file that doesn't exist is an empty store. Rejects with an Error that names the file if it is damaged. */
  static async open(path: string): Promise<FileOffsetStore> {
    // who can't read it takes it from nobody; what is read afterwards nobody else changes
    await readOffsets(path)
    const owner = await FileOwner.claim(path)
    const view = new OffsetView()
    for (const [key, value] of await readOffsets(path)) view.put({ key, value })
    return new FileOffsetStore({ path, owner, view })
  }

  async get(
    connector: string,
    partitions: readonly SourcePartition[],
  ): Promise<readonly (Json | undefined)[]> {
    await this.#owner.check()
    return partitions.map((partition) => this.#view.get(connector, partition))
  }

  async all(connector: string): Promise<readonly StoredOffset[]> {
    return this.#view.all(connector)
  }

  /** One write at a time; a failed one leaves the file, and what `get` answers, as they were. */
  set(connector: string, offsets: readonly StoredOffset[]): Promise<void> {
    const written = this.#writing.then(() => this.#write(connector, offsets))
    this.#writing = written.catch(() => {})
    return written
  }

  async identity(): Promise<string> {
    await this.#owner.check()
    return this.#owner.identity
  }

  async close(): Promise<void> {
    await this.#writing
  }

  async #write(connector: string, offsets: readonly StoredOffset[]): Promise<void> {
    const writes = this.#view.writes(connector, offsets)
    const next = new OffsetView()
    for (const raw of [...this.#view.raw(), ...writes]) next.put(raw)
    await replaceFile(this.#path, encode(next), () => this.#owner.confirm())
    for (const raw of writes) this.#view.put(raw)
  }
}

const mark = Buffer.from('\nsluice-sha256:')

function encode(view: OffsetView): Buffer {
  const map = writeJavaMap(view.raw().map(({ key, value }) => [key, value] as const))
  return Buffer.concat([map, mark, Buffer.from(sha256(map))])
}

async function readOffsets(path: string): Promise<ReturnType<typeof readJavaMap>['entries']> {
  const bytes = await readIfThere(path)
  if (bytes === undefined) return []
  try {
    const { entries, length } = readJavaMap(bytes)
    checkSum(bytes, length)
    return entries
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `The offset file ${path} is damaged: ${reason}. Restore it from a backup, or remove it to read all sources from their start.`,
      { cause },
    )
  }
}

function checkSum(bytes: Buffer, length: number): void {
  const rest = bytes.subarray(length)
  if (rest.length === 0) return
  const sum = Buffer.concat([mark, Buffer.from(sha256(bytes.subarray(0, length)))])
  if (!rest.equals(sum)) throw new Error('its checksum does not fit')
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
