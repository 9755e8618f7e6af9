import { wait } from '@sluice/template'
import { Condition } from './condition.ts'
import { HeldBatches } from './held-batches.ts'
import { Lanes } from './lanes.ts'
import type { Operation } from './operation.ts'
import type { Left } from './sender.ts'

export interface BulkBufferOptions {
  /** Most operations in a request. */
  readonly batchSize: number
  /** Most bytes in a request; a single larger operation goes alone. */
  readonly bulkSizeBytes: number
  /** How long an operation waits for others to fill a request. */
  readonly lingerMs: number
  /** Back-pressure begins at so many operations, or bytes, that aren't settled. */
  readonly maxRecords: number
  readonly maxBytes: number
  /** How far the partition that is furthest ahead of its first open record is, in records. */
  readonly longestSpan: () => number
  /** How many requests may be in flight now. */
  readonly inFlightLimit: () => number
  /** Sends operations once, settles what it can and answers what is left. A rejection ends the sink: it is what every later call throws. */
  readonly send: (operations: readonly Operation[]) => Promise<Left>
}

/** What could go at once is gathered for so many requests ahead. More would take memory and make nothing faster. */
const requestsAhead = 2

/** An open operation keeps the batch that it came in. All that is kept so may be so many times `maxRecords`. */
const heldFactor = 2

/**
 * Of a settled record only its place is kept, as long as one before it is open: so many times `maxRecords` of each partition. Where one request hangs
 * while others go on, places are what memory grows by.
 */
const spanFactor = 2

/**
 * Gathers operations into bulk requests and keeps a bounded number in flight. What a request leaves open goes behind what waits already, so
 * that documents which can't be written now don't keep others from it. Operations that must not meet another one on the same document are
 * held until that one is settled.
 */
export class BulkBuffer {
  readonly #options: BulkBufferOptions
  readonly #condition = new Condition()
  readonly #lanes = new Lanes()
  readonly #held = new HeldBatches()
  readonly #closing = new AbortController()
  #ready: Operation[] = []
  #readyBytes = 0
  #inFlight = 0
  #openCount = 0
  #openBytes = 0
  #linger: NodeJS.Timeout | undefined
  #due = false
  #pausedUntil = 0
  #failure: { readonly error: unknown } | undefined

  constructor(options: BulkBufferOptions) {
    this.#options = options
  }

  get openCount(): number {
    return this.#openCount
  }

  /** Takes an operation; never waits. */
  add(operation: Operation): void {
    this.#openCount++
    this.#openBytes += operation.bytes
    this.#held.add(operation.batch)
    if (this.#lanes.enter(operation)) this.#makeReady(operation)
  }

  /** The operation needs no more work, whatever became of it. */
  settled(operation: Operation): void {
    this.#openCount--
    this.#openBytes -= operation.bytes
    this.#held.release(operation.batch)
    for (const one of this.#lanes.leave(operation)) this.#makeReady(one)
    this.#condition.changed()
  }

  /** Resolves when there is room for more. Rejects with what ended the sink, or the signal's reason. */
  async room(signal: AbortSignal): Promise<void> {
    await this.#condition.until(() => this.#hasRoom() || this.#failure !== undefined, signal)
    this.throwFailure()
  }

  /** Resolves when nothing is under way. Rejects as `room` does. */
  async drained(signal: AbortSignal): Promise<void> {
    this.#due = this.#ready.length > 0
    this.#pump()
    await this.#condition.until(() => this.#openCount === 0 || this.#failure !== undefined, signal)
    this.throwFailure()
  }

  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Resolves when no request is in flight any more. */
  async close(): Promise<void> {
    clearTimeout(this.#linger)
    this.#failure ??= { error: new Error('The Elasticsearch sink is closed.') }
    this.#closing.abort(this.#failure.error)
    this.#ready = []
    await this.#condition.until(() => this.#inFlight === 0, new AbortController().signal)
  }

  #hasRoom(): boolean {
    const { maxRecords, maxBytes, batchSize, bulkSizeBytes, longestSpan } = this.#options
    return (
      this.#openCount < maxRecords &&
      this.#openBytes < maxBytes &&
      this.#ready.length < batchSize * requestsAhead &&
      this.#readyBytes < bulkSizeBytes * requestsAhead &&
      this.#held.records < maxRecords * heldFactor &&
      longestSpan() < maxRecords * spanFactor
    )
  }

  #makeReady(operation: Operation): void {
    this.#ready.push(operation)
    this.#readyBytes += operation.bytes
    if (this.#due || this.#isFull()) this.#pump()
    else if (this.#linger === undefined) this.#startLinger()
  }

  #startLinger(): void {
    this.#linger = setTimeout(() => {
      this.#linger = undefined
      this.#due = this.#ready.length > 0
      this.#pump()
    }, this.#options.lingerMs)
  }

  #isFull(): boolean {
    return this.#ready.length >= this.#options.batchSize || this.#readyBytes >= this.#options.bulkSizeBytes
  }

  #pump(): void {
    while (
      this.#failure === undefined &&
      this.#ready.length > 0 &&
      (this.#due || this.#isFull()) &&
      this.#inFlight < this.#options.inFlightLimit() &&
      this.#pausedUntil === 0
    ) {
      void this.#run(this.#take())
    }
  }

  #take(): Operation[] {
    const { batchSize, bulkSizeBytes } = this.#options
    let count = 0
    let bytes = 0
    while (count < this.#ready.length && count < batchSize) {
      const next = this.#ready[count]!.bytes
      if (count > 0 && bytes + next > bulkSizeBytes) break
      bytes += next
      count++
    }
    this.#readyBytes -= bytes
    const taken = this.#ready.splice(0, count)
    if (this.#ready.length === 0) this.#due = false
    this.#condition.changed()
    return taken
  }

  async #run(operations: readonly Operation[]): Promise<void> {
    this.#inFlight++
    try {
      const left = await this.#options.send(operations)
      this.#sendAgain(left.again)
      void this.#sendLater(left.later, left.laterMs)
      void this.#pause(left.pauseMs)
    } catch (error) {
      this.#failure ??= { error }
    }
    this.#inFlight--
    this.#condition.changed()
    this.#pump()
  }

  #sendAgain(operations: readonly Operation[]): void {
    for (const operation of operations) {
      this.#ready.push(operation)
      this.#readyBytes += operation.bytes
    }
    // It has waited for others long enough.
    if (operations.length > 0) this.#due = true
  }

  async #sendLater(operations: readonly Operation[], waitMs: number): Promise<void> {
    if (operations.length === 0 || !(await this.#waits(waitMs))) return
    this.#sendAgain(operations)
    this.#pump()
  }

  /** Nothing is sent before the latest end of all pauses. */
  async #pause(ms: number): Promise<void> {
    if (ms === 0) return
    const until = performance.now() + ms
    this.#pausedUntil = Math.max(this.#pausedUntil, until)
    if (!(await this.#waits(ms)) || this.#pausedUntil > until) return
    this.#pausedUntil = 0
    this.#pump()
  }

  /** False: the buffer was closed meanwhile. */
  async #waits(ms: number): Promise<boolean> {
    return wait(ms, this.#closing.signal).then(
      () => true,
      () => false,
    )
  }
}
