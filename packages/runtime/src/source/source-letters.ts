import type { Converter, Logger, SourceRecord } from '@sluice/template'
import type { DeadLetters } from '../errors/dead-letters.ts'
import type { Failure } from '../errors/record-errors.ts'
import { openLetterJson, sourceLetter } from '../errors/source-letter.ts'
import type { InFlight } from './in-flight.ts'
import type { Submitted } from './submitted-records.ts'

export interface SourceLettersOptions {
  readonly deadLetters: Pick<DeadLetters, 'send'>
  readonly inFlight: InFlight
  readonly log: Logger
  readonly fail: (error: unknown) => void
}

/**
 * Dead letters of a source. Invariant: the record that one stands for is acknowledged when the brokers have the letter, never before; where
 * they don't take it the task fails.
 */
export class SourceLetters {
  readonly #options: SourceLettersOptions
  readonly #json: Converter
  readonly #pending = new Set<Promise<void>>()

  constructor(options: SourceLettersOptions) {
    this.#options = options
    this.#json = openLetterJson(options.log)
  }

  send(
    record: SourceRecord,
    how: { readonly failure: Omit<Failure, 'record'>; readonly submitted: Submitted<unknown> },
  ): void {
    const { deadLetters, inFlight, fail } = this.#options
    const letter = sourceLetter(this.#json, record)
    const bytes = (letter.key?.length ?? 0) + (letter.value?.length ?? 0)
    inFlight.add(1, bytes)
    const sent = deadLetters
      .send(letter, { place: { topic: record.topic, partition: record.partition }, failure: how.failure })
      .then(() => how.submitted.acknowledge(), fail)
      .finally(() => {
        inFlight.settle(1, bytes)
        this.#pending.delete(sent)
      })
    this.#pending.add(sent)
  }

  /** Resolves when no letter is on its way. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending)
  }
}
