import type { SinkRecord } from '@sluice/template'
import type { DeadLetters } from '../errors/dead-letters.ts'
import type { Failure, RecordErrors } from '../errors/record-errors.ts'
import { Arrival } from './arrived.ts'

const mostPending = 1000

/**
 * Sets records aside, and knows which of their dead letters aren't safe yet.
 *
 * Invariant: `settled` resolves only when every record set aside so far was tolerated and its dead letter is acknowledged; once one was not,
 * it rejects for ever. Offsets are committed behind it.
 */
export class Rejections {
  readonly #errors: RecordErrors
  readonly #deadLetters: DeadLetters | undefined
  readonly #failed: () => void
  readonly #pending = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined

  /** `failed` is told when `settled` rejects from now on. */
  constructor(errors: RecordErrors, deadLetters: DeadLetters | undefined, failed: () => void) {
    this.#errors = errors
    this.#deadLetters = deadLetters
    this.#failed = failed
  }

  /** Throws where the record isn't tolerated. The dead letter is on its way when this returns. */
  setAside(arrival: Arrival, failure: Omit<Failure, 'record'>): void {
    void this.#start(arrival, failure).catch(() => {})
  }

  /** What a sink calls: resolves when the record is safe. */
  async reject(record: SinkRecord, how: { readonly error: unknown; readonly by: string }): Promise<void> {
    const arrival = record.origin
    if (!(arrival instanceof Arrival))
      throw new TypeError('A sink rejected a record that it was never given.')
    await this.#start(arrival, { stage: 'TASK_PUT', ...how })
  }

  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending)
    if (this.#failure) throw this.#failure.error
  }

  /** Resolves once few dead letters are on their way: each keeps what was fetched with its record. */
  async room(): Promise<void> {
    if (this.#pending.size >= mostPending) await Promise.allSettled(this.#pending)
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#failed()
  }

  #start(arrival: Arrival, failure: Omit<Failure, 'record'>): Promise<void> {
    try {
      this.#errors.tolerate({ ...failure, record: place(arrival) })
    } catch (error) {
      this.#fail(error)
      throw error
    }
    const sent = this.#deadLetters?.send(arrival.fetched, { place: arrival, failure }) ?? Promise.resolve()
    const safe = sent.catch((error: unknown) => {
      this.#fail(error)
      throw error
    })
    this.#pending.add(safe)
    void safe.catch(() => {}).finally(() => this.#pending.delete(safe))
    return safe
  }
}

function place({ topic, partition, fetched }: Arrival): Failure['record'] {
  const { offset, timestamp, timestampType } = fetched
  return { topic, partition, offset, timestamp, contents: () => ({ timestampType }) }
}
