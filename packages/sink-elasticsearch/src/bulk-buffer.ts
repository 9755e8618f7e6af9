import PQueue from 'p-queue'
import { Condition } from './condition.ts'
import { type Operation, waitsItsTurn } from './operation.ts'

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

interface Lane {
  open: number
  readonly queue: Operation[]
}

/**
 * Gathers operations into bulk requests and keeps a bounded number in flight. Operations that must not meet another one on the same
 * document (`waitsItsTurn`) are held until that one is settled.
 */
export class BulkBuffer {
  readonly #options: BulkBufferOptions
  readonly #requests = new PQueue({ concurrency: 1 })
  readonly #condition = new Condition()
  /** By document: how many operations are under way, and those that wait behind them. */
  readonly #lanes = new Map<string, Lane>()
  #ready: Operation[] = []
  #readyBytes = 0
  #openCount = 0
  #heldCount = 0
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
    if (operation.id !== undefined) {
      const key = laneKey(operation)
      const lane = this.#lanes.get(key)
      if (lane === undefined) this.#lanes.set(key, { open: 1, queue: [] })
      else if (lane.queue.length > 0 || waitsItsTurn(operation)) {
        lane.queue.push(operation)
        this.#heldCount++
        return
      } else lane.open++
    }
    this.#makeReady(operation)
  }

  /** The operation needs no more work, whatever became of it. */
  settled(operation: Operation): void {
    this.#openCount--
    this.#openBytes -= operation.bytes
    if (operation.id !== undefined) this.#leaveLane(operation)
    this.#condition.changed()
  }

  /** Resolves when there is room for more. Rejects with what ended the sink, or the signal's reason. */
  async room(signal: AbortSignal): Promise<void> {
    await this.#condition.until(() => this.#hasRoom() || this.#failure !== undefined, signal)
    this.throwFailure()
  }

  /** What can go out soon needs to be here, and no more: a request beyond those in flight is ready when one of them is answered. */
  #hasRoom(): boolean {
    const { maxRecords, maxBytes, batchSize, inFlightLimit } = this.#options
    const sendable = this.#openCount - this.#heldCount
    return (
      this.#openCount < maxRecords &&
      this.#openBytes < maxBytes &&
      sendable < batchSize * (inFlightLimit() + 1)
    )
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

  #leaveLane(operation: Operation): void {
    const key = laneKey(operation)
    const lane = this.#lanes.get(key)
    if (lane === undefined || --lane.open > 0) return
    const next = lane.queue.shift()
    if (next === undefined) {
      this.#lanes.delete(key)
      return
    }
    const released = [next]
    while (lane.queue.length > 0 && !waitsItsTurn(lane.queue[0]!)) released.push(lane.queue.shift()!)
    this.#heldCount -= released.length
    lane.open = released.length
    for (const one of released) this.#makeReady(one)
  }
}

function laneKey(operation: Operation): string {
  return `${operation.resource}\n${operation.id}`
}
