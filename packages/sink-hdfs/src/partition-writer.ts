import type { TopicPartition } from '@sluice/template'
import { type CommitTools, commit, type FileToCommit, upload } from './commit-file.ts'
import { fileName, type Layout, partitionFolder } from './file-names.ts'
import type { FileProgress } from './rotation.ts'
import { Spool, type SpoolOptions } from './spool.ts'

export interface WriterOptions {
  readonly of: TopicPartition
  readonly layout: Layout
  /** The owner's folder. */
  readonly ownFolder: string
  /** Everything before it is in files. Undefined where the first record will tell. */
  readonly position: bigint | undefined
  readonly spool: SpoolOptions
  /** Runs uploads, of all partitions, a few at once. */
  readonly enqueue: <T>(job: () => Promise<T>) => Promise<T>
  readonly tools: Omit<CommitTools, 'signal'>
  readonly committed: (file: { readonly records: number; readonly bytes: number }) => void
}

interface OpenFile {
  readonly spool: Spool
  readonly start: bigint
  readonly openedMs: number
  readonly firstRecordMs: number
  end: bigint
  records: number
  bytes: number
  lastWriteMs: number
}

interface Job {
  readonly file: OpenFile
  run(): Promise<void>
  /** Its upload has ended, well or badly. */
  readonly over: Promise<unknown>
}

const newline = Buffer.from('\n')

/**
 * Writes one partition: one open file, and finished ones on their way. Uploads run side by side; renames strictly in order, so that the
 * names always tell of everything up to the last offset in them.
 */
export class PartitionWriter {
  readonly #options: WriterOptions
  readonly #abort = new AbortController()
  #open: OpenFile | undefined
  /** Offsets below it have been taken. */
  #next: bigint
  /** Nothing before it comes again. */
  #floor: bigint
  #durable: bigint | undefined
  #unfinished = 0
  #tail: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | undefined

  constructor(options: WriterOptions) {
    this.#options = options
    this.#durable = options.position
    this.#next = options.position ?? 0n
    this.#floor = this.#next
  }

  get ownFolder(): string {
    return this.#options.ownFolder
  }

  get file(): FileProgress | undefined {
    return this.#open
  }

  /** All offsets below it are in finished files. Undefined before the first record, where nothing was known at the start. */
  get durable(): bigint | undefined {
    return this.#durable
  }

  /** Is everything that was taken in finished files? */
  get isIdle(): boolean {
    return this.#open === undefined && this.#unfinished === 0 && this.#failure === undefined
  }

  /**
   * Must this record still be written? Not if it came before: a call that was cut short comes again as a whole. Throws for an offset from before
   * such a call: the log isn't the one that was read.
   */
  wants(offset: bigint): boolean {
    if (offset >= this.#next) return true
    if (offset >= this.#floor) return false
    const { topic, partition } = this.#options.of
    throw new Error(
      `${topic}-${partition} gave offset ${offset} although everything before ${this.#floor} was taken: the topic seems to have been ` +
        'recreated, or its log cut off. Its records would be left out as written already.',
    )
  }

  /** A call that began at this offset has been taken as a whole. */
  taken(from: bigint): void {
    this.#floor = from
  }

  /** The record has been dealt with otherwise. */
  skip(offset: bigint): void {
    this.#next = offset + 1n
  }

  append(
    offset: bigint,
    line: Uint8Array,
    times: { readonly nowMs: number; readonly recordMs: number },
  ): void {
    this.#durable ??= offset
    this.#open ??= {
      spool: new Spool(this.#options.spool),
      start: offset,
      openedMs: times.nowMs,
      firstRecordMs: times.recordMs,
      end: offset,
      records: 0,
      bytes: 0,
      lastWriteMs: times.nowMs,
    }
    const file = this.#open
    file.spool.add(line)
    file.spool.add(newline)
    file.end = offset
    file.records++
    file.bytes = file.spool.size
    file.lastWriteMs = times.nowMs
    this.#next = offset + 1n
  }

  /** Is it time for `spill`, to keep memory bounded? */
  get isOverfull(): boolean {
    return this.#open?.spool.isOverfull === true
  }

  async spill(): Promise<void> {
    await this.#open?.spool.spill()
  }

  /** Ends the open file, if any, and sends it on its way. The promise is over when that is, well or badly; it never rejects. */
  finish(): Promise<void> {
    const file = this.#open
    this.#open = undefined
    if (file === undefined) return this.#tail
    this.#unfinished++
    const toCommit = this.#fileToCommit(file)
    const tools = { ...this.#options.tools, signal: this.#abort.signal }
    const uploaded = this.#options.enqueue(() => upload(toCommit, tools))
    // Awaited in its turn; until then a failure is nobody's to handle.
    uploaded.catch(() => undefined)
    this.#tail = this.#inTurn(this.#tail, {
      file,
      run: async () => commit(toCommit, await uploaded, tools),
      over: Promise.allSettled([uploaded]),
    })
    return this.#tail
  }

  /** Throws what went wrong on the way, once for every call. */
  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Stops everything under way. Files that aren't finished are given up; over when nothing runs any more. */
  async stop(): Promise<void> {
    this.#abort.abort(new Error('The writer of this partition has stopped.'))
    await this.#open?.spool.close()
    this.#open = undefined
    await this.#tail
  }

  async #inTurn(before: Promise<void>, job: Job): Promise<void> {
    await before
    try {
      this.throwFailure()
      await job.run()
      this.#durable = job.file.end + 1n
      this.#options.committed(job.file)
    } catch (error) {
      this.#failure ??= { error }
      this.#abort.abort(error)
    }
    await job.over
    await job.file.spool.close()
    this.#unfinished--
  }

  #fileToCommit(file: OpenFile): FileToCommit {
    const { layout, of, ownFolder } = this.#options
    return {
      body: file.spool,
      ownFolder,
      folder: partitionFolder(layout, of),
      name: fileName(layout, of, file),
    }
  }
}
