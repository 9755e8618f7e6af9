import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { type Duplex, pipeline } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { TlsOptions } from './tls.ts'

const accept =
  'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,text/plain;q=0.4,*/*;q=0.1'
const mostRedirects = 5

/** A page on its way: its head is there, its body comes in chunks. */
export interface Answer {
  readonly contentType: string
  /** Uncompressed. Rejects where the connection breaks, the signal aborts, or there are more bytes than allowed. */
  readonly body: AsyncIterable<Uint8Array>
  /** Ends the connection where the body wasn't read to its end; to be called in any case. */
  end(): void
}

/** Asks targets. Connections are kept; `close` ends them. */
export class HttpGet {
  readonly #http = new HttpAgent({ keepAlive: true })
  readonly #https: HttpsAgent

  constructor(tls: TlsOptions) {
    this.#https = new HttpsAgent({ keepAlive: true, ...tls })
  }

  /** Rejects unless the answer is a 200. */
  async get(
    url: string,
    how: {
      readonly headers: Readonly<Record<string, string>>
      readonly mostBytes: number
      readonly signal: AbortSignal
    },
  ): Promise<Answer> {
    let at = new URL(url)
    let { headers } = how
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#ask(at, headers, how.signal)
      const { statusCode = 0 } = answer
      if (statusCode === 200) return answerOf(answer, how.mostBytes)
      answer.destroy()
      const { location } = answer.headers
      if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined)
        throw new Error(`it answered with status ${statusCode}`)
      if (redirects === mostRedirects) throw new Error(`it redirected more than ${mostRedirects} times`)
      const next = new URL(location, at)
      // a login is for the target alone
      if (next.origin !== at.origin) headers = withoutLogin(headers)
      at = next
    }
  }

  close(): void {
    this.#http.destroy()
    this.#https.destroy()
  }

  #ask(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new Error(`it redirected to ${url.protocol}`)
    const secure = url.protocol === 'https:'
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(url, {
        agent: secure ? this.#https : this.#http,
        headers: { accept, 'accept-encoding': 'gzip', 'user-agent': 'sluice', ...headers },
        signal,
      })
      request.once('response', resolve)
      request.once('error', reject)
      request.end()
    })
  }
}

function answerOf(answer: IncomingMessage, mostBytes: number): Answer {
  const end = (): void => {
    if (!answer.readableEnded) answer.destroy()
  }
  try {
    return { contentType: answer.headers['content-type'] ?? '', body: limited(answer, mostBytes), end }
  } catch (error) {
    end()
    throw error
  }
}

async function* limited(answer: IncomingMessage, most: number): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of uncompressed(answer)) {
    bytes += (chunk as Uint8Array).length
    if (bytes > most) throw new Error(`its page has more than ${most} bytes (scrape.body.limit.bytes)`)
    yield chunk as Uint8Array
  }
}

function uncompressed(answer: IncomingMessage): AsyncIterable<unknown> {
  switch (answer.headers['content-encoding'] ?? '') {
    case '':
    case 'identity':
      return answer
    case 'gzip':
      return through(answer, createGunzip())
    case 'deflate':
      return through(answer, createInflate())
    case 'br':
      return through(answer, createBrotliDecompress())
    default:
      throw new Error(`its page has an encoding that wasn't asked for: ${answer.headers['content-encoding']}`)
  }
}

/** Whoever reads hears of errors; whoever stops reading ends both. */
function through(answer: IncomingMessage, unpack: Duplex): AsyncIterable<unknown> {
  pipeline(answer, unpack, () => {})
  return unpack
}

function withoutLogin(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(authorization|cookie)$/i.test(name)),
  )
}
