import { type FileHandle, open } from 'node:fs/promises'
import { type Call, type SourceRecord, type SourceTask, type TaskContext, wait } from '@sluice/template'
import { LineBuffer } from './line-buffer.ts'
import type { FilePosition, FileStreamSourceConfig } from './settings.ts'

/** Looks this often whether the file is there, or has grown. */
const pauseMs = 200

const longestLine = 100 * 1024 ** 2

const text = { type: 'string' } as const

/** Reads on in one file. The file stays open: one that is moved away and made anew is noticed at the next start, as on the JVM. */
export class FileStreamSourceTask implements SourceTask<FilePosition> {
  readonly #context: TaskContext<FileStreamSourceConfig>
  readonly #lines: LineBuffer
  #file: FileHandle | undefined
  #hasWarned = false

  constructor(context: TaskContext<FileStreamSourceConfig>, position: number) {
    this.#context = context
    this.#lines = new LineBuffer(position)
  }

  async poll({
    signal,
    maxRecords,
  }: Call & { readonly maxRecords: number }): Promise<readonly SourceRecord<FilePosition>[]> {
    signal.throwIfAborted()
    this.#file ??= await this.#open()
    const records = this.#file && (await this.#read(this.#file, this.#most(maxRecords)))
    if (records && records.length > 0) return records
    await wait(pauseMs, signal)
    return []
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  /** A batch size of nothing still reads, as there. */
  #most(maxRecords: number): number {
    return Math.max(1, Math.min(this.#context.config.batchSize, maxRecords))
  }

  async #open(): Promise<FileHandle | undefined> {
    const path = this.#context.config.file
    const file = await open(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT')
        throw new Error(`${path} can't be read: ${error.message}`, { cause: error })
      this.#warnOnce(`There is no file ${path}; it is waited for.`)
      return undefined
    })
    if (file === undefined) return undefined
    const { size } = await file.stat()
    if (size < this.#lines.position) {
      this.#warnOnce(
        `The file ${path} has ${size} bytes and was read up to ${this.#lines.position}: nothing is read until it is longer. ` +
          'To read it from its beginning, reset the offsets of the connector.',
      )
    }
    return file
  }

  /** Lines that are taken are given: an error that comes after them waits for the next poll. */
  async #read(file: FileHandle, most: number): Promise<SourceRecord<FilePosition>[]> {
    const records: SourceRecord<FilePosition>[] = []
    while (records.length < most) {
      const line = this.#lines.next()
      if (line) records.push(this.#recordOf(line.text, line.end))
      else if (!(await this.#readMore(file, records.length > 0))) break
    }
    return records
  }

  /** Whether there was more to read. */
  async #readMore(file: FileHandle, mayWait: boolean): Promise<boolean> {
    const { config } = this.#context
    try {
      if (this.#lines.waiting > longestLine) {
        const start = this.#lines.position - this.#lines.waiting
        throw new Error(`the line at byte ${start} has more than ${longestLine} bytes, which is no line`)
      }
      const room = this.#lines.room()
      const { bytesRead } = await file.read(room, 0, room.length, this.#lines.position)
      this.#lines.filled(bytesRead)
      return bytesRead > 0
    } catch (cause) {
      if (mayWait) return false
      throw new Error(`${config.file} can't be read: ${(cause as Error).message}`, { cause })
    }
  }

  #recordOf(line: string, end: number): SourceRecord<FilePosition> {
    const { file, topic } = this.#context.config
    return {
      origin: { partition: { filename: file }, offset: { position: end } },
      topic,
      value: line,
      valueSchema: text,
      timestamp: Date.now(),
    }
  }

  #warnOnce(message: string): void {
    if (!this.#hasWarned) this.#context.log.warn({ file: this.#context.config.file }, message)
    this.#hasWarned = true
  }
}
