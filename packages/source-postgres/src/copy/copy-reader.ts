import type { Readable } from 'node:stream'
import { type FieldForm, splitRows, type SplitRows } from './split-rows.ts'

export interface CopiedRows extends SplitRows {
  readonly buffer: Uint8Array
}

interface Shape {
  readonly forms: readonly FieldForm[]
  readonly cursorCount: number
  /** Bytes that are enough for a batch. */
  readonly enoughBytes: number
}

/** Reads one COPY in batches. What isn't read waits in the socket, and in the server. */
export class CopyReader {
  readonly #stream: Readable
  readonly #shape: Shape
  /** Read from the stream, not yet handed out. */
  #rest: Buffer = Buffer.alloc(0)
  #state: 'open' | 'ended' | { readonly error: unknown } = 'open'
  #wake = (): void => {}

  constructor(stream: Readable, shape: Shape) {
    this.#stream = stream
    this.#shape = shape
    stream.on('readable', () => this.#wake())
    stream.once('end', () => this.#finish('ended'))
    stream.once('error', (error) => this.#finish({ error }))
  }

  /**
   * The next rows, at most `maxRows`; undefined after the last. Rejects with the server's error, or with the signal's reason: nothing is
   * lost then, the next call goes on.
   */
  async read(maxRows: number, signal: AbortSignal): Promise<CopiedRows | undefined> {
    for (;;) {
      signal.throwIfAborted()
      if (this.#rest.includes(0x0a)) return this.#take(maxRows)
      if (!this.#gather()) {
        if (typeof this.#state === 'object') throw this.#state.error
        if (this.#state === 'ended') return undefined
        await this.#arrival(signal)
      }
    }
  }

  #take(maxRows: number): CopiedRows {
    const { forms, cursorCount } = this.#shape
    const split = splitRows(this.#rest, { forms, cursorCount, maxRows })
    const buffer = this.#rest
    this.#rest = buffer.subarray(split.consumed)
    return { ...split, buffer }
  }

  /** Moves what has arrived to `#rest`. False: nothing had. */
  #gather(): boolean {
    const chunks = [this.#rest]
    let size = this.#rest.length
    while (size < this.#shape.enoughBytes) {
      const chunk = this.#stream.read() as Buffer | null
      if (chunk === null) break
      chunks.push(chunk)
      size += chunk.length
    }
    if (chunks.length === 1) return false
    this.#rest = Buffer.concat(chunks)
    return true
  }

  #arrival(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const aborted = (): void => reject(signal.reason)
      signal.addEventListener('abort', aborted, { once: true })
      this.#wake = () => {
        signal.removeEventListener('abort', aborted)
        resolve()
      }
    })
  }

  #finish(state: 'ended' | { readonly error: unknown }): void {
    if (this.#state === 'open') this.#state = state
    this.#wake()
  }
}
