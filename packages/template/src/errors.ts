/**
 * The whole vocabulary of failure. Anything a connector throws that is neither of these two ends its task (which the runtime
 * restarts with back-off). Errors are known by brand, not by class, so that two copies of this package agree.
 */
const brand = Symbol.for('sluice.error.kind')

export type ErrorKind = 'retriable' | 'record' | 'fatal'

/**
 * The call could not be done now and had no effect that a repetition would double: the runtime waits and makes the same call again.
 * `backoffMs` is the least time to wait; absent, the runtime's own exponential back-off decides.
 */
export class RetriableError extends Error {
  readonly [brand] = 'retriable'
  readonly backoffMs: number | undefined

  constructor(message: string, how: { cause?: unknown; backoffMs?: number } = {}) {
    super(message, { cause: how.cause })
    this.name = 'RetriableError'
    this.backoffMs = how.backoffMs
  }
}

/** One record can't be handled and never will be: `errors.tolerance` decides whether it is set aside or ends the task. */
export class RecordError extends Error {
  readonly [brand] = 'record'

  constructor(message: string, how: { cause?: unknown } = {}) {
    super(message, { cause: how.cause })
    this.name = 'RecordError'
  }
}

/** Total: whatever was thrown has a kind, and what is unknown is fatal. */
export function kindOf(error: unknown): ErrorKind {
  if (typeof error !== 'object' || error === null) return 'fatal'
  const kind = (error as { [brand]?: unknown })[brand]
  return kind === 'retriable' || kind === 'record' ? kind : 'fatal'
}
