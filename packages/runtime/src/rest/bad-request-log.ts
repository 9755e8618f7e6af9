import type { Logger } from '@sluice/template'

const everyMs = 60_000

/** What a caller does wrong, and not what is simply not there or not now. */
const wrong: ReadonlySet<number> = new Set([400, 401, 403, 405, 413, 415])

/** Tells the log of bad requests once in a while, so that whoever sends many of them can't fill it. */
export class BadRequestLog {
  readonly #log: Logger
  readonly #now: () => number
  #next = 0
  #untold = 0

  constructor(log: Logger, now: () => number = () => performance.now()) {
    this.#log = log
    this.#now = now
  }

  take(request: { readonly status: number; readonly method: string; readonly url: string }): void {
    if (!wrong.has(request.status)) return
    const now = this.#now()
    if (now < this.#next) {
      this.#untold++
      return
    }
    const [path = ''] = request.url.split('?', 1)
    const fields = { status: request.status, method: request.method, path: path.slice(0, 200) }
    this.#log.warn({ ...fields, others: this.#untold }, 'A bad request was refused.')
    this.#untold = 0
    this.#next = now + everyMs
  }
}
