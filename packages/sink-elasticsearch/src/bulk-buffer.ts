import PQueue from 'p-queue'
import { Condition } from './condition.ts'
import { Lanes } from './lanes.ts'
import type { Operation } from './operation.ts'

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
  /** How many requests may be in flight now. */
  readonly inFlightLimit: () => number
  /** Sends operations until each is settled or given up. A rejection ends the sink: it is what every later call throws. */
  readonly send: (operations: readonly Operation[]) => Promise<void>
}

/** What could go at once is gathered for so many requests ahead. More would take memory and make nothing faster. */
const requestsAhead = 2

/**
 * Gathers operations into bulk requests and keeps a bounded number in flight. Operations that must not meet another one on the same
 * document are held until that one is settled.
 */
export class BulkBuffer {
  readonly #options: BulkBufferOptions
  readonly #requests = new PQueue({ concurrency: 1 })
  readonly #condition = new Condition()
  readonly #lanes = new Lanes()
  #ready: Operation[] = []
  #readyBytes = 0
  #openCount = 0
  #openBytes = 0
  #linger: NodeJS.Timeout | undefined
  #due = false
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
    if (this.#lanes.enter(operation)) this.#makeReady(operation)
  }

  /** The operation needs no more work, whatever became of it. */
  settled(operation: Operation): void {
    this.#openCount--
    this.#openBytes -= operation.bytes
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
    this.#ready = []
    await this.#requests.onIdle()
  }

  #hasRoom(): boolean {
    const { maxRecords, maxBytes, batchSize, bulkSizeBytes } = this.#options
    return (
      this.#openCount < maxRecords &&
      this.#openBytes < maxBytes &&
      this.#ready.length < batchSize * requestsAhead &&
      this.#readyBytes < bulkSizeBytes * requestsAhead
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
    const limit = this.#options.inFlightLimit()
    if (limit !== this.#requests.concurrency) this.#requests.concurrency = limit
    while (
      this.#failure === undefined &&
      this.#ready.length > 0 &&
      (this.#due || this.#isFull()) &&
      this.#requests.pending + this.#requests.size < limit
    ) {
      const operations = this.#take()
      void this.#requests.add(() => this.#run(operations)).then(() => this.#pump())
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
    try {
      await this.#options.send(operations)
    } catch (error) {
      this.#failure ??= { error }
      this.#condition.changed()
    }
  }
}
