import type { ConnectionOptions } from 'node:tls'
import { RetriableError, wait } from '@sluice/template'
import PQueue from 'p-queue'
import { type HttpAnswer, HttpClient, type HttpTimes } from './http.ts'
import { RefusedError } from './refused-error.ts'

export interface RegistryClientOptions {
  /** Without credentials; tried in turn. */
  readonly urls: readonly URL[]
  /** Of every request: who we are. */
  readonly headers: (url: URL) => Readonly<Record<string, string>>
  readonly tls: ConnectionOptions
  readonly times: HttpTimes
  /** How often all URLs are tried once more, and the pauses between. */
  readonly retries: { readonly most: number; readonly firstMs: number; readonly longestMs: number }
  /** One question, with all its retries. */
  readonly timeLimitMs: number
}

const contentType = 'application/vnd.schemaregistry.v1+json'

/** A bad batch asks for many schemas at once: the registry is asked for so few at a time. */
const atOnce = 8

/** Asks a schema registry, each of its URLs in turn. */
export class RegistryClient {
  readonly #options: RegistryClientOptions
  readonly #http: HttpClient
  readonly #queue = new PQueue({ concurrency: atOnce })
  readonly #closed = new AbortController()
  /** The URL that answered last is asked first. */
  #first = 0

  constructor(options: RegistryClientOptions) {
    this.#options = options
    this.#http = new HttpClient(options)
  }

  get(path: string): Promise<unknown> {
    return this.#ask({ method: 'GET', path })
  }

  post(path: string, body: object): Promise<unknown> {
    return this.#ask({ method: 'POST', path, body: JSON.stringify(body) })
  }

  close(): void {
    this.#closed.abort(new RetriableError('The schema registry was not asked any further: the task stops.'))
    this.#http.close()
  }

  /**
   * The answer's JSON. Rejects with a RefusedError for what the registry says no to, and with a RetriableError where it can't be asked or is not in
   * a state to answer.
   */
  async #ask(question: Question): Promise<unknown> {
    const answer = await this.#queue.add(() => this.#askInTime(question))
    return answer
  }

  async #askInTime(question: Question): Promise<unknown> {
    const { retries, timeLimitMs } = this.#options
    const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(timeLimitMs)])
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#askEach(question, signal)
      } catch (error) {
        this.#closed.signal.throwIfAborted()
        if (!(error instanceof RetriableError) || attempt >= retries.most || signal.aborted) throw error
        const pauseMs = Math.min(retries.firstMs * 2 ** attempt, retries.longestMs)
        await wait(pauseMs, signal).catch(() => {
          throw error
        })
      }
    }
  }

  async #askEach(question: Question, signal: AbortSignal): Promise<unknown> {
    const { urls } = this.#options
    const failures: string[] = []
    for (let i = 0; i < urls.length; i++) {
      const index = (this.#first + i) % urls.length
      const url = urls[index]!
      try {
        const answer = await this.#askOne(url, { ...question, signal })
        this.#first = index
        return answer
      } catch (error) {
        if (error instanceof RefusedError) throw error
        failures.push(`${url.origin}: ${reasonOf(error, signal)}`)
        if (signal.aborted) break
      }
    }
    throw new RetriableError(
      `The schema registry could not be asked (${question.method} ${question.path}): ${failures.join('; ')}. ` +
        'Check schema.registry.url and that it runs; the converter asks again.',
    )
  }

  async #askOne(base: URL, question: Question & { readonly signal: AbortSignal }): Promise<unknown> {
    const { method, path, body, signal } = question
    const url = new URL(base.pathname.replace(/\/+$/, '') + path, base)
    const headers = {
      accept: `${contentType}, application/json`,
      ...(body !== undefined && {
        'content-type': contentType,
        'content-length': String(Buffer.byteLength(body)),
      }),
      ...this.#options.headers(base),
    }
    return read(await this.#http.call({ method, url, headers, body, signal }))
  }
}

interface Question {
  readonly method: 'GET' | 'POST'
  /** Begins with a slash. */
  readonly path: string
  readonly body?: string
}

/** Throws a RefusedError for the registry's own no, another Error for what it says of its state and for what no registry says. */
function read({ status, body }: HttpAnswer): unknown {
  const json = parse(body)
  if (status === 200 && json !== undefined) return json
  const { error_code: code, message } = (json ?? {}) as { error_code?: unknown; message?: unknown }
  const said = typeof message === 'string' ? message : body.slice(0, 200)
  if (status === 401 || status === 403) {
    throw new Error(`HTTP ${status}, the credentials are refused (basic.auth.*, bearer.auth.*): ${said}`)
  }
  if (status >= 400 && status < 500 && status !== 408 && status !== 429 && typeof code === 'number') {
    throw new RefusedError(said, { status, code })
  }
  throw new Error(`HTTP ${status}, which no schema registry in order answers: ${said}`)
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted && error instanceof Error && error.name === 'AbortError') return 'no answer in time'
  if (error instanceof AggregateError) return error.errors.map((one) => reasonOf(one, signal)).join(', ')
  return error instanceof Error ? error.message : String(error)
}
