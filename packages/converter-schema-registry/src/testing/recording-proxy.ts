import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  /** `GET /schemas/ids/1` */
  readonly question: string
  readonly headers: IncomingHttpHeaders
}

/** Stands in front of a real registry and notes what it is asked. */
export class RecordingProxy {
  readonly url: string
  readonly asked: Asked[]
  readonly #server: Server

  private constructor(how: { server: Server; asked: Asked[]; path: string }) {
    this.url = `http://127.0.0.1:${(how.server.address() as AddressInfo).port}${how.path}`
    this.asked = how.asked
    this.#server = how.server
  }

  static async start(registryUrl: string): Promise<RecordingProxy> {
    const { origin, pathname } = new URL(registryUrl)
    const asked: Asked[] = []
    const server = createServer((call, answer) => {
      asked.push({
        question: `${call.method} ${call.url!.slice(pathname.replace(/\/$/, '').length)}`,
        headers: call.headers,
      })
      const { host: _, authorization: __, ...headers } = call.headers
      const onward = request(`${origin}${call.url}`, { method: call.method, headers }, (response) => {
        answer.writeHead(response.statusCode!, response.headers)
        response.pipe(answer)
      })
      call.pipe(onward)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new RecordingProxy({ server, asked, path: pathname.replace(/\/$/, '') })
  }

  /** What was asked since the last time. */
  take(): readonly Asked[] {
    return this.asked.splice(0)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
