import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, connect as connectTo } from 'node:net'

export interface Proxy {
  readonly proxy: HttpServer
  readonly port: number
  /** The logins of those who asked for a tunnel. */
  readonly seen: readonly (string | undefined)[]
}

/** A proxy that opens tunnels and notes the logins. */
export async function startProxy(): Promise<Proxy> {
  const seen: (string | undefined)[] = []
  const proxy = createServer()
  proxy.on('connect', (request, client) => {
    seen.push(request.headers['proxy-authorization'])
    const { hostname, port } = new URL(`http://${request.url}`)
    const upstream = connectTo(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    for (const socket of [client, upstream]) socket.on('error', () => upstream.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return { proxy, port: (proxy.address() as AddressInfo).port, seen }
}
