/** A request that can't be done, with the status that HTTP and Kafka Connect's REST API have for it. */
export class RequestError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 500 | 503

  constructor(status: RequestError['status'], message: string, how: { cause?: unknown } = {}) {
    super(message, how)
    this.name = 'RequestError'
    this.status = status
  }
}
