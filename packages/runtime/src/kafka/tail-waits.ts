import { timeoutError } from './errors.ts'
import type { KafkaError } from './types.ts'

/** Offsets by partition. */
export type Offsets = ReadonlyMap<number, bigint>

interface Wait {
  ends: Offsets
  readonly settle: (error?: unknown) => void
}

/** Who waits until a tail has read so far. */
export class TailWaits {
  readonly #topic: string
  readonly #waits = new Set<Wait>()

  constructor(topic: string) {
    this.#topic = topic
  }

  /** Whether anybody waits. */
  get any(): boolean {
    return this.#waits.size > 0
  }

  /** Resolves once the positions have come to all ends. */
  async wait(
    ends: Offsets,
    { positions, timeoutMs, signal }: { positions: Offsets; timeoutMs: number; signal: AbortSignal },
  ): Promise<void> {
    signal.throwIfAborted()
    if (reached(ends, positions)) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const wait: Wait = { ends, settle: (error) => (error === undefined ? resolve() : reject(error)) }
    const stop = (): void => wait.settle(signal.reason)
    const late = (): void => wait.settle(this.#timeout(left(wait.ends, positions), timeoutMs))
    const timer = setTimeout(late, timeoutMs)
    signal.addEventListener('abort', stop, { once: true })
    this.#waits.add(wait)
    try {
      await promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      this.#waits.delete(wait)
    }
  }

  moved(positions: Offsets): void {
    for (const wait of this.#waits) {
      if (!reached(wait.ends, positions)) continue
      this.#waits.delete(wait)
      wait.settle()
    }
  }

  /** The topic lost records: what is waited for is what it has now. */
  restarted(ends: Offsets): void {
    for (const wait of this.#waits) wait.ends = ends
  }

  fail(error: KafkaError): void {
    for (const { settle } of this.#waits) settle(error)
  }

  #timeout(behind: readonly (readonly [number, bigint])[], ms: number): KafkaError {
    const names = behind.map(([partition, end]) => `${this.#topic}-${partition} to offset ${end}`)
    return timeoutError(
      `Reading ${names.join(', ')} took longer than ${Math.round(ms)} ms. A broker that leads it is slow or away, or a transaction in it is still open.`,
    )
  }
}

export function reached(ends: Offsets, positions: Offsets): boolean {
  return left(ends, positions).length === 0
}

function left(ends: Offsets, positions: Offsets): readonly (readonly [number, bigint])[] {
  return [...ends].filter(([partition, end]) => (positions.get(partition) ?? 0n) < end)
}
