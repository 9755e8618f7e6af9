import { request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import type { SecureContextOptions } from 'node:tls'

export interface Answer {
  readonly status: number
  readonly body: string
}

export interface AskOptions extends SecureContextOptions {
  /** Default GET. */
  readonly method?: string | undefined
}

/** One request to a server of this machine, on a connection of its own; TLS options for https. */
export async function ask(url: string, signal: AbortSignal, options: AskOptions = {}): Promise<Answer> {
  const request = url.startsWith('https:') ? requestTls : requestPlain
  return await new Promise((resolve, reject) => {
    const call = request(url, { ...options, signal, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      )
    })
    call.once('error', reject)
    call.end()
  })
}

/** The body of a 200. Any other status rejects. */
export async function askOk(url: string, signal: AbortSignal, tls?: SecureContextOptions): Promise<string> {
  const { status, body } = await ask(url, signal, tls)
  if (status !== 200) throw new Error(`GET ${url}: HTTP ${status} ${body.slice(0, 300)}`)
  return body
}
