import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

interface Call {
  readonly method?: string
  readonly body?: string
}

/** As much of WebHDFS as the tests of the servers use. By node:http: fetch can't write to a DataNode. */
export function webHdfs(nameNode: string, user: string) {
  const at = (path: string, op: string) =>
    `${nameNode}/webhdfs/v1${path}?user.name=${user}&noredirect=true&op=${op}`
  const location = async (url: string, method: string) =>
    (JSON.parse(await call(url, { method })) as { readonly Location: string }).Location
  return {
    async write(path: string, body: string): Promise<void> {
      await call(await location(at(path, 'CREATE'), 'PUT'), { method: 'PUT', body })
    },
    async read(path: string): Promise<string> {
      return await call(await location(at(path, 'OPEN'), 'GET'))
    },
    async list(path: string): Promise<readonly string[]> {
      type Listing = {
        readonly FileStatuses: { readonly FileStatus: readonly { readonly pathSuffix: string }[] }
      }
      const { FileStatuses } = JSON.parse(await call(at(path, 'LISTSTATUS'))) as Listing
      return FileStatuses.FileStatus.map(({ pathSuffix }) => pathSuffix)
    },
  }
}

async function call(url: string, { method = 'GET', body = '' }: Call = {}): Promise<string> {
  const sent = request(url, { method, agent: false }).end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const content = await text(answer)
  if ((answer.statusCode ?? 0) >= 300) throw new Error(`HTTP ${answer.statusCode} ${content}`)
  return content
}
