/**
 * The whole vocabulary of failure. Anything a connector throws that is none of these ends its task (which the runtime restarts with
 * back-off). Errors are known by brand, not by class, so that two copies of this package agree.
 */
const brand = Symbol.for('sluice.error.kind')

/** What the runtime does about a failure: call again, set the record aside, wait for other settings, or end the task and restart it. */
export type ErrorKind = 'retriable' | 'record' | 'config' | 'fatal'

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

/**
 * The settings can't work as they are, and no repetition helps: the task (or, thrown by `split`, the connector) has failed and waits for a
 * new configuration or for a person who restarts it. The message names the setting, what is wrong with it and what to do. What can be
 * found without running belongs in `check`.
 */
export class ConfigurationError extends Error {
  readonly [brand] = 'config'

  constructor(message: string, how: { cause?: unknown } = {}) {
    super(message, { cause: how.cause })
    this.name = 'ConfigurationError'
  }
}

/** Total: whatever was thrown has a kind, and what is unknown is fatal. */
export function kindOf(error: unknown): ErrorKind {
  if (typeof error !== 'object' || error === null) return 'fatal'
  const kind = (error as { [brand]?: unknown })[brand]
  return kind === 'retriable' || kind === 'record' || kind === 'config' ? kind : 'fatal'
}
