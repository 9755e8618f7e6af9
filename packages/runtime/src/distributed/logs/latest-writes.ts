import { wait } from '@sluice/template'
import { KafkaError } from '../../kafka/types.ts'
import type { KeyedRecord } from './record-writer.ts'

export interface LatestWritesOptions {
  readonly write: (records: readonly KeyedRecord[]) => Promise<void>
  readonly retryMs: number
  /** A record was given up. */
  readonly failed: (key: string, error: unknown) => void
}

interface Put {
  readonly record: KeyedRecord
  readonly isWanted: () => boolean
}

/**
 * Writes records of which only the latest per key counts. One write per key is under way at a time, so that none overtakes another; what is
 * put meanwhile waits, in place of what waited before.
 */
export class LatestWrites {
  readonly #options: LatestWritesOptions
  /** By key: what waits for the write that is under way. */
  readonly #waiting = new Map<string, Put | undefined>()
  readonly #running = new Set<Promise<void>>()
  readonly #closing = new AbortController()

  constructor(options: LatestWritesOptions) {
    this.#options = options
  }

  /** A failure that may pass is tried again as long as nothing newer waits and `isWanted` says so. */
  put(record: KeyedRecord, isWanted: () => boolean): void {
    const key = String(record.key)
    const isRunning = this.#waiting.has(key)
    this.#waiting.set(key, { record, isWanted })
    if (isRunning || this.#closing.signal.aborted) return
    const running = this.#run(key).finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Resolves once all that was put is written or given up. */
  async flush(): Promise<void> {
    await Promise.all(this.#running)
  }

  /** Tries nothing again from now on. */
  close(): void {
    this.#closing.abort()
  }

  async #run(key: string): Promise<void> {
    for (let put = this.#take(key); put; put = this.#take(key)) await this.#write(key, put)
    this.#waiting.delete(key)
  }

  #take(key: string): Put | undefined {
    const put = this.#waiting.get(key)
    this.#waiting.set(key, undefined)
    return put
  }

  async #write(key: string, put: Put): Promise<void> {
    for (;;) {
      try {
        return await this.#options.write([put.record])
      } catch (error) {
        const mayPass = error instanceof KafkaError && error.retriable
        if (!mayPass || this.#closing.signal.aborted) return this.#options.failed(key, error)
        await wait(this.#options.retryMs, this.#closing.signal).catch(() => undefined)
        if (this.#waiting.get(key) !== undefined || !put.isWanted()) return
      }
    }
  }
}
