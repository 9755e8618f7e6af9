import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { IamKeys } from '@sluice/testkit/services'

/** In front of moto's STS: makes the credentials that it gives out known to the broker. */
export async function startSts(
  target: string,
  keys: IamKeys,
): Promise<{ url: string; asked: string[]; close(): Promise<void> }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request)
      const { authorization = '' } = request.headers
      const headers = { 'content-type': request.headers['content-type'] ?? '', authorization }
      const answer = await fetch(target, { method: 'POST', headers, body })
      const xml = await answer.text()
      const field = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? ''
      if (body.includes('Action=AssumeRole')) {
        asked.push(body)
        await keys.put({
          accessKeyId: field('AccessKeyId'),
          secretAccessKey: field('SecretAccessKey'),
          sessionToken: field('SessionToken'),
          principal: field('Arn'),
        })
      }
      response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(xml)
    })()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
