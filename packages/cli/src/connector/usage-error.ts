/** What was asked for can't be done as it was said: exit code 2. */
export class UsageError extends Error {
  constructor(message: string, how: { cause?: unknown } = {}) {
    super(message, how)
    this.name = 'UsageError'
  }
}

/** How a command of `sluice connector` ends. */
export const connectorExit = {
  done: 0,
  /** The worker, or the way to it, failed the request; for `validate`: the settings are wrong. */
  failed: 1,
  /** The command line or a file can't be used. */
  usage: 2,
  /** `status`: something has FAILED. */
  unhealthy: 3,
} as const
