import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { ConnectionOptions } from 'node:tls'

export interface HttpCall {
  readonly method: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | undefined
  readonly timeoutMs: number
  /** For https: whom to trust, and what to show of oneself (`clientTls`). */
  readonly tls?: ConnectionOptions | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** One request to another worker's REST. Any answer resolves; rejects where none comes in time. */
export function httpCall(url: URL, call: HttpCall): Promise<HttpAnswer> {
  const { method, body } = call
  const headers = { ...call.headers, ...(body && { 'content-length': String(body.length) }) }
  const signal = AbortSignal.timeout(call.timeoutMs)
  const open = url.protocol === 'https:' ? requestHttps : requestHttp
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
  const outgoing = open(url, { ...call.tls, method, headers, signal }, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('error', reject)
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 500, headers: response.headers, body: Buffer.concat(chunks) }),
    )
  })
  outgoing.on('error', reject)
  outgoing.end(body)
  return promise
}
