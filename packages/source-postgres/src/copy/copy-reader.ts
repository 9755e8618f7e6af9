import { RetriableError } from '@sluice/template'
import type { CopyFlow, CopySink } from './copy-out.ts'
import { rowFrames } from './row-frames.ts'
import { type RowForm, splitRows, type SplitRows } from './split-rows.ts'

export interface CopiedRows extends SplitRows {
  readonly buffer: Uint8Array
}

interface Shape extends RowForm {
  /** Bytes that are enough for a batch. */
  readonly enoughBytes: number
  /** Does the server still work on it? Asked where nothing arrives, for a peer that vanished says nothing. */
  readonly isAlive: (signal: AbortSignal) => Promise<boolean>
  /** How long nothing may arrive before that is asked. Default 60000. */
  readonly silentMs?: number
}

const VANISHED =
  "The server has stopped sending rows, and no longer knows the connection or can't be reached."
/** Rows that are here wait this long for more to make a larger batch. */
const MORE_WITHIN_MS = 5
/** What a socket may give at once: the last chunk of a batch is not to make its buffer too small. */
const CHUNK_BYTES = 64 * 1024

/**
 * Reads one COPY in batches, each in memory of its own. While a batch is being worked on nothing is read ahead of it: what isn't read waits in the socket, and in the
 * server.
 */
export class CopyReader implements CopySink {
  readonly #shape: Shape
  #flow: CopyFlow | undefined
  /** What was read and not handed out lies between `#from` and `#to`. */
  #data: Buffer = Buffer.alloc(0)
  #from = 0
  #to = 0
  /** Whole rows of that, and where they end. */
  #rows = 0
  #rowsEnd = 0
  /** Was there a batch that was enough? Most readings are of a few rows, and take no more memory than these. */
  #wasFull = false
  #state: 'open' | 'ended' | { readonly error: unknown } = 'open'
  #wake = (): void => {}

  constructor(shape: Shape) {
    this.#shape = shape
  }

  begin(flow: CopyFlow): void {
    this.#flow = flow
  }

  receive(chunk: Uint8Array): Uint8Array | undefined {
    this.#makeRoom(chunk.length)
    this.#data.set(chunk, this.#to)
    this.#to += chunk.length
    const { rows, end, wanted, isOver } = rowFrames(this.#data, this.#rowsEnd, this.#to)
    this.#rows += rows
    this.#rowsEnd = end
    if (isOver) {
      const others = this.#data.subarray(end, this.#to)
      this.#to = end
      return others
    }
    // a row that is larger than a batch is given its room once, rather than grown into
    if (wanted > 0) this.#makeRoom(end + wanted - this.#to)
    if (this.#hasEnough) this.#flow?.pause()
    this.#wake()
    return undefined
  }

  end(): void {
    this.#finish('ended')
  }

  fail(error: unknown): void {
    this.#finish({ error })
  }

  /**
   * The next rows, at most `maxRows`; undefined after the last. Rejects with the server's error, or with the signal's reason: nothing is
   * lost then, the next call goes on.
   */
  async read(maxRows: number, signal: AbortSignal): Promise<CopiedRows | undefined> {
    for (;;) {
      signal.throwIfAborted()
      if (this.#rows >= maxRows || this.#hasEnough) return this.#take(maxRows)
      if (this.#state === 'open') {
        const { silentMs = 60_000, isAlive } = this.#shape
        this.#flow?.resume()
        const hasArrived = await this.#arrival(signal, this.#rows > 0 ? MORE_WITHIN_MS : silentMs)
        if (hasArrived) continue
        if (this.#rows === 0 && !(await isAlive(signal))) throw new RetriableError(VANISHED)
      }
      if (this.#rows > 0) return this.#take(maxRows)
      if (this.#state === 'ended') return undefined
      if (this.#state !== 'open') throw this.#state.error
    }
  }

  get #hasEnough(): boolean {
    return this.#rows > 0 && this.#rowsEnd - this.#from >= this.#shape.enoughBytes
  }

  #take(maxRows: number): CopiedRows {
    this.#flow?.pause()
    this.#wasFull ||= this.#hasEnough
    const rows = Math.min(this.#rows, maxRows)
    const split = splitRows(this.#data.subarray(this.#from, this.#rowsEnd), this.#shape, rows)
    const end = this.#from + split.consumed
    const buffer = this.#data.subarray(this.#from, end)
    this.#from = end
    this.#rows -= rows
    // the memory is the batch's now; rows that weren't asked for stay in it until they are, the beginning of a row leaves it
    if (this.#rows === 0) this.#keepRest()
    return { ...split, buffer }
  }

  #keepRest(): void {
    this.#data = Buffer.from(this.#data.subarray(this.#from, this.#to))
    this.#to = this.#data.length
    this.#from = 0
    this.#rowsEnd = 0
  }

  /** So many more bytes will fit behind those that are there. */
  #makeRoom(bytes: number): void {
    if (this.#to + bytes > this.#data.length) this.#move(bytes)
  }

  /** Moves what isn't handed out to memory that has room for it and for so many more bytes; for a batch, once there was a full one. */
  #move(bytes: number): void {
    const held = this.#to - this.#from
    const full = this.#shape.enoughBytes + CHUNK_BYTES
    const usual = this.#wasFull ? full : Math.min(full, 2 * this.#data.length)
    const data = Buffer.allocUnsafeSlow(Math.max(usual, held + bytes))
    this.#data.copy(data, 0, this.#from, this.#to)
    this.#rowsEnd -= this.#from
    this.#data = data
    this.#from = 0
    this.#to = held
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
