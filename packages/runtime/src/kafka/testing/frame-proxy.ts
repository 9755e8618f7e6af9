import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { FrameReader } from '../frames.ts'

/**
 * What becomes of one request:
 * - `pass`. `lost`: it never reaches the broker and the client's connection is cut.
 * - `unanswered`: the broker does it, and the client's connection is cut in place of the answer.
 * - `late`: the client's connection is cut at once; the broker gets the request with `release`.
 */
export type FrameFate = 'pass' | 'lost' | 'unanswered' | 'late'

export interface SeenFrame {
  /** The API key: 0 Produce, 22 InitProducerId, 24 AddPartitionsToTxn, 26 EndTxn. */
  readonly key: number
  readonly version: number
  /** How many of this key came before it. */
  readonly index: number
}

/**
 * Stands between clients and the one broker of a cluster, and decides the fate of each request. It shows itself as the broker: in answers its own port takes
 * the place of the broker's.
 */
export class FrameProxy {
  fateOf: (frame: SeenFrame) => FrameFate = () => 'pass'
  readonly seen: SeenFrame[] = []
  readonly #broker: { readonly host: string; readonly port: number }
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #late: Array<() => Promise<void>> = []
  #port = 0

  private constructor(bootstrapServers: string) {
    const [host, port] = bootstrapServers.split(':')
    this.#broker = { host: host!, port: Number(port) }
    this.#server = createServer((client) => this.#serve(client))
  }

  static async start(bootstrapServers: string): Promise<FrameProxy> {
    const proxy = new FrameProxy(bootstrapServers)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    const address = proxy.#server.address()
    if (typeof address === 'object' && address) proxy.#port = address.port
    return proxy
  }

  get bootstrapServers(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** Requests of a key so far. */
  count(key: number): number {
    return this.seen.filter((frame) => frame.key === key).length
  }

  /** Sends on what was late, and resolves when the broker has answered it. */
  async release(): Promise<void> {
    for (const forward of this.#late.splice(0)) await forward()
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(client: Socket): void {
    const broker = connect(this.#broker)
    const requests = new FrameReader()
    const answers = new FrameReader()
    /** Correlation ids of requests whose answer the client doesn't get. */
    const swallowed = new Map<number, () => void>()
    for (const socket of [client, broker]) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => this.#sockets.delete(socket))
    }
    broker.on('close', () => client.destroy())
    client.on('close', () => {
      if (swallowed.size === 0) broker.end()
    })
    client.on('data', (chunk: Buffer) => {
      for (const frame of requests.push(chunk))
        if (!client.destroyed) this.#request(frame, { client, broker, swallowed })
    })
    broker.on('data', (chunk: Buffer) => {
      for (const frame of answers.push(chunk)) {
        const done = swallowed.get(frame.readInt32BE(0))
        if (done) done()
        else if (!client.destroyed) client.write(framed(this.#disguised(frame)))
      }
    })
  }

  #request(
    frame: Buffer,
    how: { readonly client: Socket; readonly broker: Socket; readonly swallowed: Map<number, () => void> },
  ): void {
    const { client, broker, swallowed } = how
    const [key, version] = [frame.readInt16BE(0), frame.readInt16BE(2)]
    const seen = { key, version, index: this.count(key) }
    this.seen.push(seen)
    const fate = this.fateOf(seen)
    if (fate === 'pass') return void broker.write(framed(frame))
    if (fate === 'lost') return void client.destroy()
    const forward = async (): Promise<void> => {
      const answered = Promise.withResolvers<void>()
      swallowed.set(frame.readInt32BE(4), answered.resolve)
      broker.write(framed(frame))
      await answered.promise
      client.destroy()
      broker.end()
    }
    if (fate === 'unanswered') return void forward()
    this.#late.push(forward)
    // keeps the way to the broker open
    swallowed.set(-1, () => {})
    client.destroy()
  }

  /** The broker's own address, wherever an answer has it: the port follows the host, in any encoding. */
  #disguised(frame: Buffer): Buffer {
    const { host, port } = this.#broker
    const address = Buffer.concat([Buffer.from(host), int32(port)])
    for (let at = frame.indexOf(address); at >= 0; at = frame.indexOf(address, at + 1))
      frame.writeInt32BE(this.#port, at + host.length)
    return frame
  }
}

function framed(frame: Buffer): Buffer {
  return Buffer.concat([int32(frame.length), frame])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
