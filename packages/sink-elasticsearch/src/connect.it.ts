import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, connect as connectTo } from 'node:net'
import { jest } from '@jest/globals'
import { sharedServices } from '@sluice/testkit/services'
import { openHarness, record } from './testing/harness.ts'

jest.setTimeout(60_000)

describe('connections to Elasticsearch', () => {
  let url: string
  let topic: string

  beforeAll(async () => {
    url = (await sharedServices().elasticsearch()).url
  }, 240_000)

  beforeEach(() => {
    topic = `connect-${randomUUID()}`
  })

  it('leave out a node that is down', async () => {
    const harness = await openHarness({
      'connection.url': `http://127.0.0.1:9,${url}`,
      'retry.backoff.ms': '1',
    })
    for (let offset = 0; offset < 5; offset++) await harness.write([record(topic, offset)])
    expect(harness.figures.get('documents_indexed_total')).toBe(5)
  })

  it('go through a proxy that asks for a login', async () => {
    const { proxy, seen } = await startProxy()
    try {
      const { port } = proxy.address() as AddressInfo
      const harness = await openHarness({
        'connection.url': url,
        'proxy.host': '127.0.0.1',
        'proxy.port': String(port),
        'proxy.username': 'ann',
        'proxy.password': 's:cret',
        'connection.compression': 'true',
      })
      expect(await harness.write([record(topic, 0)])).toMatchObject([{ offset: 1n }])
      await harness.task.close!()
      expect(new Set(seen)).toEqual(new Set([`Basic ${Buffer.from('ann:s:cret').toString('base64')}`]))
    } finally {
      proxy.close()
      proxy.closeAllConnections()
    }
  })
})

/** A proxy that opens tunnels and notes the logins. */
async function startProxy(): Promise<{ proxy: HttpServer; seen: (string | undefined)[] }> {
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
  return { proxy, seen }
}
