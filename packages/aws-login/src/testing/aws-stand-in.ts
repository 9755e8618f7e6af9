import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Bootstrap } from '../bootstrap.ts'

/** As much of MSK's API as finding a cluster takes. Its clock is this machine's, whatever a test does to that of the process. */
export interface AwsStandIn {
  readonly url: string
  readonly arn: string
  /** What GetBootstrapBrokers answers. */
  bootstrap: Bootstrap
  /** What it answers from the second time on. */
  later: Bootstrap | undefined
  /** What it answers instead: the name of an error. */
  error: string | undefined
  /** Method and path of all requests. */
  readonly requests: string[]
  close(): Promise<void>
}

export async function startAwsStandIn(region: string): Promise<AwsStandIn> {
  const arn = `arn:aws:kafka:${region}:123456789012:cluster/shop/0a1b2c3d-1`
  const requests: string[] = []
  const answer = ({ method, url = '/' }: IncomingMessage): { status: number; body: unknown } => {
    requests.push(`${method} ${decodeURIComponent(url)}`)
    if (standIn.error) return { status: 403, body: { message: 'no', __type: standIn.error } }
    if (url.startsWith('/api/v2/clusters')) {
      const all = [
        { clusterName: 'shop-old', clusterArn: `${arn}-old` },
        { clusterName: 'shop', clusterArn: arn },
      ]
      return { status: 200, body: { clusterInfoList: all } }
    }
    if (decodeURIComponent(url) !== `/v1/clusters/${arn}/bootstrap-brokers`)
      return { status: 404, body: { message: 'not found', __type: 'NotFoundException' } }
    const now = standIn.bootstrap
    standIn.bootstrap = standIn.later ?? now
    const lowered = Object.entries(now).map(([name, value]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      value,
    ])
    return { status: 200, body: Object.fromEntries(lowered) }
  }
  const server = createServer((request, response) => {
    void text(request).then(() => {
      const { status, body } = answer(request)
      const type = (body as { __type?: string }).__type
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(type && { 'x-amzn-errortype': type }),
      })
      return response.end(JSON.stringify(body))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const standIn: AwsStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arn,
    bootstrap: {},
    later: undefined,
    error: undefined,
    requests,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return standIn
}
