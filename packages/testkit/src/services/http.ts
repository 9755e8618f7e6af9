import { request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly body: string
}

/** One request to a server of this machine, on a connection of its own. */
export async function ask(url: string, signal: AbortSignal): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const call = request(url, { signal, agent: false }, (response) => {
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
export async function askOk(url: string, signal: AbortSignal): Promise<string> {
  const { status, body } = await ask(url, signal)
  if (status !== 200) throw new Error(`GET ${url}: HTTP ${status} ${body.slice(0, 300)}`)
  return body
}
