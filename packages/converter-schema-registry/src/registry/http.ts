import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { ConnectionOptions } from 'node:tls'

export interface HttpCall {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

export interface HttpTimes {
  /** Until the connection stands. */
  readonly connectMs: number
  /** From then on, without a byte. */
  readonly readMs: number
}

/** More than this is no schema. */
const largestBody = 64 * 1024 * 1024

/** Keeps connections open between calls. Node's own fetch takes no certificates, hence this. */
export class HttpClient {
  readonly #http = new HttpAgent({ keepAlive: true })
  readonly #https: HttpsAgent
  readonly #times: HttpTimes

  constructor(how: { readonly tls: ConnectionOptions; readonly times: HttpTimes }) {
    this.#https = new HttpsAgent({ keepAlive: true, ...how.tls })
    this.#times = how.times
  }

  /** Resolves with whatever the server answers; rejects where it doesn't. */
  call({ method, url, headers, body, signal }: HttpCall): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const secure = url.protocol === 'https:'
      const options = { method, headers, signal, agent: secure ? this.#https : this.#http }
      const call = secure ? httpsRequest(url, options) : httpRequest(url, options)
      const waitAtMost = (ms: number, what: string): void =>
        void call.setTimeout(ms, () => call.destroy(new Error(`${what} within ${ms} ms`)))
      call.once('socket', (socket) => {
        const connected = (): void => waitAtMost(this.#times.readMs, 'no answer')
        if (!socket.connecting) return connected()
        waitAtMost(this.#times.connectMs, 'no connection')
        socket.once(secure ? 'secureConnect' : 'connect', connected)
      })
      call.once('response', (response) => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > largestBody) call.destroy(new Error(`an answer of more than ${largestBody} bytes`))
          else chunks.push(chunk)
        })
        response.once('error', reject)
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        )
      })
      call.once('error', reject)
      call.end(body)
    })
  }

  close(): void {
    this.#http.destroy()
    this.#https.destroy()
  }
}
