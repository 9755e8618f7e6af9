import type { Readable } from 'node:stream'
import { RetriableError } from '@sluice/template'
import { type FieldForm, splitRows, type SplitRows } from './split-rows.ts'

export interface CopiedRows extends SplitRows {
  readonly buffer: Uint8Array
}

interface Shape {
  readonly forms: readonly FieldForm[]
  readonly cursorCount: number
  /** Bytes that are enough for a batch. */
  readonly enoughBytes: number
  /** Does the server still work on it? Asked where nothing arrives, for a peer that vanished says nothing. */
  readonly isAlive: (signal: AbortSignal) => Promise<boolean>
  /** How long nothing may arrive before that is asked. Default 60000. */
  readonly silentMs?: number
}

const NEWLINE = 0x0a
const VANISHED =
  "The server has stopped sending rows, and no longer knows the connection or can't be reached."
/** Rows that are here wait this long for more to make a larger batch. */
const MORE_WITHIN_MS = 5

/** Reads one COPY in batches. What isn't read waits in the socket, and in the server. */
export class CopyReader {
  readonly #stream: Readable
  readonly #shape: Shape
  /** Read from the stream, not yet handed out. */
  #rest: Buffer = Buffer.alloc(0)
  #state: 'open' | 'ended' | { readonly error: unknown } = 'open'
  /** Are whole rows left that the last batch had no room for? */
  #isCut = false
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
      if (this.#isCut) return this.#take(maxRows)
      if (this.#gather() && this.#rest.length < this.#shape.enoughBytes) continue
      const hasRows = this.#rest.includes(NEWLINE)
      if (hasRows && this.#rest.length >= this.#shape.enoughBytes) return this.#take(maxRows)
      if (this.#state === 'open') {
        const { silentMs = 60_000, isAlive } = this.#shape
        const hasArrived = await this.#arrival(signal, hasRows ? MORE_WITHIN_MS : silentMs)
        if (!hasArrived && hasRows) return this.#take(maxRows)
        if (!hasArrived && !(await isAlive(signal))) throw new RetriableError(VANISHED)
        continue
      }
      if (hasRows) return this.#take(maxRows)
      if (this.#state === 'ended') return undefined
      throw this.#state.error
    }
  }

  #take(maxRows: number): CopiedRows {
    const { forms, cursorCount } = this.#shape
    const split = splitRows(this.#rest, { forms, cursorCount, maxRows })
    const buffer = this.#rest
    this.#rest = buffer.subarray(split.consumed)
    this.#isCut = split.count === maxRows && this.#rest.includes(NEWLINE)
    return { ...split, buffer }
  }

  /** Moves what has arrived to `#rest`. False: nothing had. */
  #gather(): boolean {
    const chunks: Buffer[] = this.#rest.length === 0 ? [] : [this.#rest]
    const before = chunks.length
    let size = this.#rest.length
    while (size < this.#shape.enoughBytes) {
      const chunk = this.#stream.read() as Buffer | null
      if (chunk === null) break
      chunks.push(chunk)
      size += chunk.length
    }
    if (chunks.length === before) return false
    this.#rest = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)
    return true
  }

  /** Waits until something arrives or the COPY ends. False: nothing has within the time. */
  #arrival(signal: AbortSignal, withinMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const done = (hasArrived: boolean): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', aborted)
        this.#wake = () => {}
        if (signal.aborted) reject(signal.reason)
        else resolve(hasArrived)
      }
      const aborted = (): void => done(false)
      const timer = setTimeout(done, withinMs, false)
      signal.addEventListener('abort', aborted, { once: true })
      this.#wake = () => done(true)
    })
  }

  #finish(state: 'ended' | { readonly error: unknown }): void {
    if (this.#state === 'open') this.#state = state
    this.#wake()
  }
}
