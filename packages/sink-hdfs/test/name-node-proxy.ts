import { once } from 'node:events'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** In front of a real NameNode: passes everything on, and does to answers what a network does. */
export interface NameNodeProxy {
  readonly url: string
  /** The next call of this operation is carried out, and its answer never arrives. */
  loseAnswerTo(op: string): void
  /** The same, and the connection stays open. Resolves with true when the call is carried out, with false when the signal aborts before. */
  holdAnswerTo(op: string, signal: AbortSignal): Promise<boolean>
  /** From now on like HttpFS: folders that a CREATE lacks are made, whatever it says of that, and data goes to a place marked `data=true`. */
  makeFolders(): void
  close(): Promise<void>
}

export async function nameNodeProxy(target: string): Promise<NameNodeProxy> {
  const lost: string[] = []
  const held = new Map<string, () => void>()
  let lax = false
  const server = http.createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', target)
    if (lax) url.searchParams.delete('createparent')
    const forwarded = http.request(url, { method: incoming.method ?? 'GET', agent: false }, (answer) => {
      const index = lost.indexOf(url.searchParams.get('op') ?? '')
      if (index >= 0) {
        lost.splice(index, 1)
        answer.resume()
        outgoing.destroy()
        return
      }
      const carriedOut = held.get(url.searchParams.get('op') ?? '')
      if (carriedOut !== undefined) {
        answer.resume()
        carriedOut()
        return
      }
      if (lax && url.searchParams.get('op') === 'CREATE') {
        void text(answer).then((body) => outgoing.end(body.replace(/"\}$/, '&data=true"}')))
        return
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    forwarded.on('error', () => outgoing.destroy())
    incoming.pipe(forwarded)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswerTo: (op) => void lost.push(op),
    holdAnswerTo: (op, signal) =>
      new Promise((resolve) => {
        const end = (isHeld: boolean): void => {
          held.delete(op)
          resolve(isHeld)
        }
        held.set(op, () => end(true))
        signal.addEventListener('abort', () => end(false), { once: true })
      }),
    makeFolders: () => {
      lax = true
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
