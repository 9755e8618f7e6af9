import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectorSettings, letterTopicsOf } from './connectors.ts'

describe('connectors and their dead-letter topics', () => {
  it('are those of a worker, which may want a login, and of files', async () => {
    const seen: (string | undefined)[] = []
    const server = createServer((request, answer) => {
      seen.push(request.url, request.headers.authorization)
      const config = { 'errors.deadletterqueue.topic.name': 'dead' }
      answer.setHeader('content-type', 'application/json')
      answer.end(
        JSON.stringify({ index: { info: { name: 'index', config } }, plain: { info: { config: {} } } }),
      )
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const folder = mkdtempSync(join(tmpdir(), 'sluice-dlq-'))
    const file = join(folder, 'files.json')
    writeFileSync(
      file,
      JSON.stringify({ name: 'files', config: { 'errors.deadletterqueue.topic.name': 'dead' } }),
    )
    try {
      const rest = `http://me:secret@127.0.0.1:${port}/`
      const connectors = await connectorSettings({ rest, config: [file] })
      expect([...connectors.keys()]).toEqual(['index', 'plain', 'files'])
      expect(letterTopicsOf(connectors)).toEqual(new Map([['dead', ['index', 'files']]]))
      expect(seen).toEqual(['/connectors?expand=info', `Basic ${btoa('me:secret')}`])
    } finally {
      rmSync(folder, { recursive: true })
      server.close()
    }
  })

  it('can not be asked for where no worker answers', async () => {
    await expect(connectorSettings({ rest: 'http://127.0.0.1:1' })).rejects.toThrow(
      "the worker at http://127.0.0.1:1 can't be asked for its connectors",
    )
    await expect(connectorSettings({ rest: 'nowhere' })).rejects.toThrow(
      '--rest takes the address of a worker',
    )
  })
})
