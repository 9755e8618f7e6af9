import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Broker } from './broker.ts'
import type { Connection } from './connection.ts'
import { clientConfig } from './settings/client-settings.ts'
import { SettingReader } from './settings/setting-reader.ts'
import { FrameReader } from './frames.ts'

const noVersions = Buffer.from('0000000a00000000000000000000', 'hex')

/** A server that answers the first request of a connection, and then does what the test wants. */
class Peer {
  readonly #server: Server
  socket: Socket | undefined
  port = 0
  afterFirst: (socket: Socket) => void = () => undefined
  first = (correlationId: Buffer): Buffer =>
    Buffer.concat([noVersions.subarray(0, 4), correlationId, noVersions.subarray(8)])

  constructor() {
    this.#server = createServer((socket) => {
      this.socket = socket
      socket.on('error', () => undefined)
      const frames = new FrameReader()
      const onData = (chunk: Buffer): void => {
        for (const frame of frames.push(chunk)) {
          socket.off('data', onData)
          socket.write(this.first(frame.subarray(4, 8)))
          this.afterFirst(socket)
        }
      }
      socket.on('data', onData)
    })
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    this.port = typeof address === 'object' && address ? address.port : 0
  }

  async stop(): Promise<void> {
    this.socket?.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

describe('a connection', () => {
  let peer: Peer
  let broker: Broker
  beforeEach(async () => {
    peer = new Peer()
    await peer.start()
    const settings = { 'bootstrap.servers': `127.0.0.1:${peer.port}` }
    const config = clientConfig(new SettingReader(settings), {})
    broker = new Broker(1, { host: '127.0.0.1', port: peer.port }, config)
  })
  afterEach(async () => {
    broker.close()
    await peer.stop()
  })
  const send = (connection: Connection, bytes: number, answered: boolean): Promise<Buffer> =>
    connection.exchange({
      name: 'Produce',
      key: 0,
      version: 3,
      body: [Buffer.alloc(bytes)],
      timeoutMs: 10_000,
      answered,
    })

  it('takes a request without an answer for sent once the system has taken it, not before', async () => {
    peer.afterFirst = (socket) => socket.pause()
    const connection = await broker.connection()
    let sent = false
    const sending = send(connection, 64 * 1024 * 1024, false).then(() => (sent = true))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(sent).toBe(false)
    peer.socket?.resume()
    await sending
  })

  it('rejects such a request where the connection breaks before', async () => {
    peer.afterFirst = (socket) => socket.pause()
    const connection = await broker.connection()
    const sending = send(connection, 64 * 1024 * 1024, false)
    connection.close()
    await expect(sending).rejects.toMatchObject({ code: 'CLOSED' })
  })

  it('reads an answer that comes in many pieces, and several that come in one', async () => {
    const connection = await broker.connection()
    const long = send(connection, 1, true)
    const shorts = [send(connection, 1, true), send(connection, 1, true)]
    await new Promise((resolve) => setTimeout(resolve, 10))
    const answer = (id: number, bytes: Buffer): Buffer => {
      const head = Buffer.alloc(8)
      head.writeInt32BE(4 + bytes.length)
      head.writeInt32BE(id, 4)
      return Buffer.concat([head, bytes])
    }
    const large = Buffer.alloc(3_000_000, 'abc')
    peer.socket?.write(answer(1, large))
    peer.socket?.write(Buffer.concat([answer(2, Buffer.from('x')), answer(3, Buffer.from('y'))]))
    expect((await long).equals(large)).toBe(true)
    expect((await Promise.all(shorts)).map(String)).toEqual(['x', 'y'])
  })

  it.each([
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['a TLS listener', Buffer.from('150303000202', 'hex')],
  ])('hangs up on %s at its first words', async (_, words) => {
    peer.first = () => Buffer.from(words)
    await expect(broker.connection()).rejects.toThrow(/is security.protocol right/)
  })

  it('notices that the broker has closed it', async () => {
    peer.afterFirst = (socket) => socket.end()
    const connection = await broker.connection()
    await expect(send(connection, 1, true)).rejects.toMatchObject({ code: 'NETWORK', retriable: true })
    expect(connection.open).toBe(false)
  })
})
