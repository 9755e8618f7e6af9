import * as http from 'node:http'
import * as https from 'node:https'
import { WebHdfsError } from './webhdfs-error.ts'

/** Bytes to send, as often as it takes. */
export interface Body {
  readonly size: number
  /** A chunk's memory may be used again once the next is asked for. */
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly url: URL
  readonly signal: AbortSignal
  readonly body?: Body | undefined
}

export interface HttpResponse {
  readonly status: number
  readonly location: string | undefined
  readonly body: Buffer
}

/**
 * HTTP by node:http, because fetch can't write to a DataNode (it takes the 100 Continue that a DataNode always sends for an error).
 * A request in which nothing moves for `timeoutMs` is given up: Node doesn't notice a peer that vanished.
 */
export class HttpTransport {
  readonly #times: Times
  // Idle connections go before Hadoop's servers close them, so that a request seldom meets a dying one.
  readonly #http = new http.Agent({ keepAlive: true, timeout: 4000 })
  readonly #https = new https.Agent({ keepAlive: true, timeout: 4000 })

  constructor({ timeoutMs, goAheadMs = 2000 }: { readonly timeoutMs: number; readonly goAheadMs?: number }) {
    this.#times = { timeoutMs, goAheadMs }
  }

  /** Resolves with any answer, also one of failure. Rejects with a WebHdfsError, or with the signal's reason. */
  async send(request: HttpRequest): Promise<HttpResponse> {
    request.signal.throwIfAborted()
    const secure = request.url.protocol === 'https:'
    const options = {
      method: request.method,
      agent: secure ? this.#https : this.#http,
      headers: headersOf(request.body),
    }
    const outgoing = secure ? https.request(request.url, options) : http.request(request.url, options)
    const exchange = new Exchange(outgoing, request, this.#times)
    return exchange.run()
  }

  close(): void {
    this.#http.destroy()
    this.#https.destroy()
  }
}

function headersOf(body: Body | undefined): http.OutgoingHttpHeaders {
  if (body === undefined) return { 'content-length': 0 }
  return { 'content-type': 'application/octet-stream', 'content-length': body.size, expect: '100-continue' }
}

interface Times {
  readonly timeoutMs: number
  /** So long a body waits for the server's go-ahead: proxies may give none. */
  readonly goAheadMs: number
}

/** One request and its answer, over in every case: answered, failed, given up or aborted. */
class Exchange {
  readonly #outgoing: http.ClientRequest
  readonly #request: HttpRequest
  readonly #times: Times
  #connected = false

  constructor(outgoing: http.ClientRequest, request: HttpRequest, times: Times) {
    this.#outgoing = outgoing
    this.#request = request
    this.#times = times
  }

  async run(): Promise<HttpResponse> {
    const { signal } = this.#request
    const { timeoutMs } = this.#times
    const stop = (): void => void this.#outgoing.destroy(signal.reason as Error)
    const idle = setTimeout(
      () => this.#outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)),
      timeoutMs,
    )
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await this.#exchange(idle)
    } catch (cause) {
      signal.throwIfAborted()
      throw this.#failure(cause)
    } finally {
      clearTimeout(idle)
      signal.removeEventListener('abort', stop)
      // Answered before it was sent: what is left of a body is nobody's any more.
      if (!this.#outgoing.writableEnded) this.#outgoing.destroy()
    }
  }

  #exchange(idle: NodeJS.Timeout): Promise<HttpResponse> {
    const outgoing = this.#outgoing
    return new Promise((resolve, reject) => {
      outgoing.on('error', reject)
      outgoing.once('socket', (socket) => {
        if (!socket.connecting) this.#connected = true
        else socket.once('connect', () => (this.#connected = true))
      })
      outgoing.once('response', (response) => {
        readAll(response, idle).then(resolve, reject)
      })
      const { body } = this.#request
      if (body === undefined) return void outgoing.end()
      this.#writeOnGoAhead(body, idle)
      outgoing.flushHeaders()
    })
  }

  /** The body follows the server's go-ahead: a refusal then arrives as an answer, not as a connection cut while we write. */
  #writeOnGoAhead(body: Body, idle: NodeJS.Timeout): void {
    const outgoing = this.#outgoing
    let begun = false
    const begin = (): void => {
      clearTimeout(patience)
      if (begun) return
      begun = true
      this.#write(body, idle).catch((error: unknown) => outgoing.destroy(error as Error))
    }
    const patience = setTimeout(begin, this.#times.goAheadMs)
    outgoing.once('continue', begin)
    outgoing.once('response', () => clearTimeout(patience))
    outgoing.once('close', () => clearTimeout(patience))
  }

  async #write(body: Body, idle: NodeJS.Timeout): Promise<void> {
    for await (const chunk of body.chunks()) {
      if (this.#outgoing.destroyed) return
      idle.refresh()
      await written(this.#outgoing, chunk)
    }
    idle.refresh()
    this.#outgoing.end()
  }

  #failure(cause: unknown): WebHdfsError {
    const { method, url } = this.#request
    const why = cause instanceof Error ? cause.message : String(cause)
    return new WebHdfsError(`${method} ${url.origin}${url.pathname} failed: ${why}`, {
      outcome: this.#connected ? 'unclear' : 'unreached',
      cause,
    })
  }
}

/** Over when the system has taken the chunk, or when the request is over: a closed connection would never take it. */
function written(outgoing: http.ClientRequest, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.removeListener('close', done)
      resolve()
    }
    outgoing.once('close', done)
    outgoing.write(chunk, done)
  })
}

async function readAll(response: http.IncomingMessage, idle: NodeJS.Timeout): Promise<HttpResponse> {
  const chunks: Buffer[] = []
  for await (const chunk of response) {
    idle.refresh()
    chunks.push(chunk as Buffer)
  }
  return {
    status: response.statusCode ?? 0,
    location: response.headers.location,
    body: Buffer.concat(chunks),
  }
}
