import type { KafkaError } from '../types.ts'

interface Waiter {
  resolve(): void
  reject(error: Error): void
}

/**
 * Counts what was taken and isn't settled: bytes against `buffer.memory`, and records by generation. Each flush ends a generation
 * and waits until none of it, and of those before, is left.
 */
export class Unsettled {
  readonly #limitBytes: number
  readonly #records = new Map<number, number>()
  readonly #roomWaiters: Waiter[] = []
  readonly #flushWaiters = new Map<Waiter, number>()
  #bytes = 0
  /** One that waited goes on now and hasn't taken its records yet. */
  #admitting = false
  #generation = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get generation(): number {
    return this.#generation
  }

  /** No room, or others wait for it already. */
  get full(): boolean {
    return this.#bytes >= this.#limitBytes || this.#roomWaiters.length > 0 || this.#admitting
  }

  /** Resolves, in the order of the calls, when there is room; `admitted` is to follow once the records are taken. */
  room(signal: AbortSignal | undefined): Promise<void> {
    return waitIn(signal, (waiter) => {
      this.#roomWaiters.push(waiter)
      return () => remove(this.#roomWaiters, waiter)
    })
  }

  /** Whoever had waited for room has taken its records: the next may come. */
  admitted(): void {
    this.#admitting = false
    this.#tellRoom()
  }

  took(generation: number, bytes: number): void {
    this.#bytes += bytes
    this.#records.set(generation, (this.#records.get(generation) ?? 0) + 1)
  }

  settled(generation: number, records: number, bytes: number): void {
    this.#bytes -= bytes
    const left = (this.#records.get(generation) ?? 0) - records
    if (left > 0) this.#records.set(generation, left)
    else {
      this.#records.delete(generation)
      this.#tellFlushed()
    }
    this.#tellRoom()
  }

  /** Ends a generation; resolves when all up to it are settled. */
  nextGeneration(signal: AbortSignal | undefined): Promise<void> {
    const upTo = this.#generation
    this.#generation += 1
    if (!this.#open(upTo)) return Promise.resolve()
    return waitIn(signal, (waiter) => {
      this.#flushWaiters.set(waiter, upTo)
      return () => this.#flushWaiters.delete(waiter)
    })
  }

  /** Who waits for room is sent away. */
  close(error: KafkaError): void {
    for (const waiter of this.#roomWaiters.splice(0)) waiter.reject(error)
  }

  #open(upTo: number): boolean {
    for (const generation of this.#records.keys()) if (generation <= upTo) return true
    return false
  }

  #tellFlushed(): void {
    for (const [waiter, upTo] of this.#flushWaiters) {
      if (this.#open(upTo)) continue
      this.#flushWaiters.delete(waiter)
      waiter.resolve()
    }
  }

  #tellRoom(): void {
    if (this.#admitting || this.#bytes >= this.#limitBytes) return
    const next = this.#roomWaiters.shift()
    this.#admitting = next !== undefined
    next?.resolve()
  }
}

function waitIn(signal: AbortSignal | undefined, enter: (waiter: Waiter) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      leave()
      reject(signal?.reason as Error)
    }
    const done = () => signal?.removeEventListener('abort', aborted)
    const leave = enter({
      resolve: () => {
        done()
        resolve()
      },
      reject: (error) => {
        done()
        reject(error)
      },
    })
    signal?.addEventListener('abort', aborted, { once: true })
    if (signal?.aborted) aborted()
  })
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item)
  if (index >= 0) list.splice(index, 1)
}
