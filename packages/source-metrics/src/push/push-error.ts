/** Why a request isn't taken. `retry`: the sender is to send it again, later. */
export class PushError extends Error {
  readonly status: number
  readonly retryAfterSeconds: number | undefined

  constructor(
    status: number,
    message: string,
    how: { readonly retryAfterSeconds?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: how.cause })
    this.name = 'PushError'
    this.status = status
    this.retryAfterSeconds = how.retryAfterSeconds
  }
}
