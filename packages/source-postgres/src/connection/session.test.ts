import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { kindOf } from '@sluice/template'
import { Session } from './session.ts'

const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }

/** AuthenticationOk and ReadyForQuery: it lets anybody in, and never answers a query. */
const welcome = Buffer.from('52 00000008 00000000 5a 00000005 49'.replaceAll(' ', ''), 'hex')

describe('a session', () => {
  const sockets = new Set<Socket>()
  let server: Server
  let port: number

  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {}).once('data', () => socket.write(welcome))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as { port: number }).port
  })

  afterAll(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  it('is tried again where a server lets it in and then says nothing', async () => {
    const config = { host: '127.0.0.1', port, user: 'u', database: 'd', connectionTimeoutMillis: 200 }
    const target = {
      configs: [{ ...config, ssl: false }],
      settings: [],
      shown: 'the silent server',
      database: 'd',
      role: 'any' as const,
      attempts: 1,
      backoffMs: 1,
    }
    const { signal } = new AbortController()
    const error = await Session.open(target, { log, signal }).catch((thrown: unknown) => thrown)
    expect(String(error)).toMatch(/connect to the silent server/)
    expect(kindOf(error)).toBe('retriable')
  })
})
