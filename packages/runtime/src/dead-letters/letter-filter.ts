import type { DeadLetter } from './letter.ts'

/** Which dead letters are meant; what is absent does not matter. */
export interface LetterFilter {
  readonly stage?: string | undefined
  readonly connector?: string | undefined
  /** Searched for in the class of the error and its message. */
  readonly reason?: RegExp | undefined
  readonly partition?: number | undefined
  /** From this offset of the dead-letter topic on. */
  readonly from?: bigint | undefined
  /** Up to this offset, itself included. */
  readonly until?: bigint | undefined
  /** Set aside since then (milliseconds since the epoch): by the header that says it, else by the record's timestamp. */
  readonly since?: number | undefined
}

export function isMeant(letter: DeadLetter, filter: LetterFilter): boolean {
  const { reason } = letter
  const { stage, connector, partition, from, until, since } = filter
  return (
    (stage === undefined || reason?.stage.toUpperCase() === stage.toUpperCase()) &&
    (connector === undefined || reason?.connector === connector) &&
    (filter.reason === undefined || filter.reason.test(`${reason?.error ?? ''}: ${reason?.message ?? ''}`)) &&
    (partition === undefined || letter.partition === partition) &&
    (from === undefined || letter.offset >= from) &&
    (until === undefined || letter.offset <= until) &&
    (since === undefined || setAsideAt(letter) >= since)
  )
}

/** When a record was set aside, or else its own time: milliseconds since the epoch. */
export function setAsideAt({ reason, timestamp }: DeadLetter): number {
  const at = reason?.at === undefined ? Number.NaN : Date.parse(reason.at)
  return Number.isNaN(at) ? timestamp : at
}
