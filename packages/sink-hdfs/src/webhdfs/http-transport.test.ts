import { once } from 'node:events'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { HttpTransport } from './http-transport.ts'

const { signal } = new AbortController()

describe('a request', () => {
  let server: http.Server
  let url: URL
  let answer: http.RequestListener
  let transport: HttpTransport
  beforeEach(async () => {
    server = http.createServer((incoming, outgoing) => answer(incoming, outgoing))
    // A DataNode sends 100 Continue by itself, once the file is open; here `answer` decides.
    server.on('checkContinue', (incoming, outgoing) => answer(incoming, outgoing))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`)
    transport = new HttpTransport({ timeoutMs: 150, goAheadMs: 20 })
  })
  afterEach(async () => {
    transport.close()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  const body = { size: 3, chunks: () => [Buffer.from('abc')] }

  it('of a server that says nothing is given up, its outcome unclear', async () => {
    answer = () => {}
    const sent = transport.send({ method: 'GET', url, signal })
    await expect(sent).rejects.toMatchObject({
      outcome: 'unclear',
      message: expect.stringContaining('no answer within 150 ms'),
    })
  })

  it('to a server that takes nothing more of a body is given up', async () => {
    answer = (_incoming, outgoing) => outgoing.writeContinue()
    async function* endless(): AsyncIterable<Uint8Array> {
      for (;;) yield Buffer.alloc(1_000_000)
    }
    const sent = transport.send({ method: 'PUT', url, signal, body: { size: 1e12, chunks: endless } })
    await expect(sent).rejects.toMatchObject({ outcome: 'unclear' })
  })

  it('to nobody is known not to have arrived', async () => {
    server.close()
    await once(server, 'close')
    const sent = transport.send({ method: 'PUT', url, signal })
    await expect(sent).rejects.toMatchObject({
      outcome: 'unreached',
      message: expect.stringContaining('ECONNREFUSED'),
    })
    server.listen(0)
    await once(server, 'listening')
  })

  it('sends its body on the go-ahead', async () => {
    answer = (incoming, outgoing) => {
      outgoing.writeContinue()
      incoming.on('end', () => outgoing.writeHead(201).end()).resume()
    }
    expect(await transport.send({ method: 'PUT', url, signal, body })).toMatchObject({ status: 201 })
  })

  it('sends its body to a server or proxy that gives no go-ahead', async () => {
    let received = ''
    answer = (incoming, outgoing) => {
      incoming.on('data', (chunk: Buffer) => (received += String(chunk)))
      incoming.on('end', () => outgoing.writeHead(201).end())
    }
    expect(await transport.send({ method: 'PUT', url, signal, body })).toMatchObject({ status: 201 })
    expect(received).toBe('abc')
  })

  it('sends no more of its body once it is answered', async () => {
    answer = (_incoming, outgoing) => {
      outgoing.writeContinue()
      outgoing.writeHead(403).end('quota')
    }
    const ended = Promise.withResolvers<void>()
    async function* endless(): AsyncIterable<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(1000)
      } finally {
        ended.resolve()
      }
    }
    const long = { size: 1e12, chunks: endless }
    expect(await transport.send({ method: 'PUT', url, signal, body: long })).toMatchObject({ status: 403 })
    await ended.promise
  })

  it('keeps its body to itself where it is refused', async () => {
    answer = (_incoming, outgoing) => outgoing.writeHead(404).end('no such folder')
    let asked = false
    const chunks = (): Uint8Array[] => {
      asked = true
      return []
    }
    const refused = await transport.send({ method: 'PUT', url, signal, body: { size: 3, chunks } })
    expect([refused.status, refused.body.toString(), asked]).toEqual([404, 'no such folder', false])
  })

  it('that is aborted rejects with the reason', async () => {
    const abort = new AbortController()
    answer = () => abort.abort(new Error('stop it'))
    const sent = transport.send({ method: 'GET', url, signal: abort.signal })
    await expect(sent).rejects.toThrow('stop it')
  })
})
