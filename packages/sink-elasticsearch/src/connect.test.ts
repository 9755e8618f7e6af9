import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseConfig } from '@sluice/template'
import { connect } from './connect.ts'
import { settingsWith } from './fields.ts'

describe('the transport', () => {
  it("takes no request apart for the sake of its error, and keeps none of the request's headers", async () => {
    const server = createServer((request, response) => {
      request.resume().once('end', () => {
        response.writeHead(429, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
        response.end('{"error":{"type":"circuit_breaking_exception","reason":"Data too large"}}')
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://ann:s3cret@127.0.0.1:${(server.address() as AddressInfo).port}`
    const { config } = parseConfig(
      settingsWith({ behaviorOnNullValues: 'delete' }),
      new Map([['connection.url', url]]),
    )
    const { transport, close } = await connect(config!)
    try {
      const lines = Buffer.alloc(1000, '\n')
      const request = transport.request({
        method: 'POST',
        path: '/_bulk',
        bulkBody: lines,
      })
      const error = (await request.catch((caught: unknown) => caught)) as {
        readonly statusCode: number
        readonly meta: {
          readonly meta: { readonly request: { readonly params: { readonly body: unknown } } }
        }
      }
      expect(error.statusCode).toBe(429)
      expect(error.meta.meta.request.params.body).toBe(lines)
      expect(JSON.stringify(error.meta)).not.toMatch(/s3cret|authorization/i)
    } finally {
      await close()
      server.close()
      server.closeAllConnections()
    }
  })
})
