import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import Decoder from 'kafkajs/src/protocol/decoder.js'
import decodeBatch from 'kafkajs/src/protocol/recordBatch/v0/decoder.js'
import { FrameReader } from '../frames.ts'
import { FakeLog } from './fake-log.ts'

/** What the broker does with one batch. `lost`: it never came; `unanswered`: it is in the log and the answer gets lost. */
export type Fate =
  | 'normal'
  | { readonly error: number; readonly invalid?: readonly number[] }
  | 'lost'
  | 'unanswered'
  | 'held'

export interface SeenBatch {
  readonly topic: string
  readonly partition: number
  readonly producerId: string
  readonly sequence: number
  readonly values: readonly string[]
  readonly bytes: Buffer
}

interface Link {
  readonly index: number
  inLogin: boolean
}

/**
 * A broker for faults that a real one can't be made to show: it speaks enough of the protocol for a producer, keeps a log per partition
 * with the real broker's rules for sequence numbers, and lets a test decide the fate of each batch. `lost` and `unanswered` cut the connection;
 * `held` never answers.
 */
export class FakeBroker {
  readonly seen: SeenBatch[] = []
  readonly topics = new Map<string, number>()
  /** The error codes of coming InitProducerId answers; 0 once there are none. */
  readonly initErrors: number[] = []
  /** How many connections were made, and how many logins each has seen. */
  readonly logins: number[] = []
  /** The error codes of coming answers to SaslAuthenticate; 0 once there are none. */
  readonly loginErrors: number[] = []
  fateOf: (batch: SeenBatch, index: number) => Fate = () => 'normal'
  port = 0
  maxInFlight = 0
  readonly #logs = new Map<string, FakeLog>()
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #nextProducerId = 1000

  constructor() {
    this.#server = createServer((socket) => this.#serve(socket))
  }

  static async start(topics: Readonly<Record<string, number>>): Promise<FakeBroker> {
    const broker = new FakeBroker()
    for (const [topic, partitions] of Object.entries(topics)) broker.topics.set(topic, partitions)
    broker.#server.listen(0, '127.0.0.1')
    await once(broker.#server, 'listening')
    const address = broker.#server.address()
    broker.port = typeof address === 'object' && address ? address.port : 0
    return broker
  }

  log(topic: string, partition = 0): FakeLog {
    const key = `${topic}-${partition}`
    const log = this.#logs.get(key) ?? new FakeLog()
    this.#logs.set(key, log)
    return log
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    const frames = new FrameReader()
    const link = { index: this.logins.push(0) - 1, inLogin: false }
    let turn = Promise.resolve()
    let waiting = 0
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      for (const frame of frames.push(chunk)) {
        waiting += 1
        if (frame.readInt16BE(0) === 0) this.maxInFlight = Math.max(this.maxInFlight, waiting)
        turn = this.#reply(socket, { frame, link }, turn).finally(() => {
          waiting -= 1
        })
      }
    })
  }

  async #reply(
    socket: Socket,
    { frame, link }: { readonly frame: Buffer; readonly link: Link },
    turn: Promise<void>,
  ): Promise<void> {
    await turn
    const body = await this.#answer(frame, link)
    if (body === 'cut') socket.destroy()
    else if (body && !socket.destroyed) socket.write(framed(frame.readInt32BE(4), body))
  }

  async #answer(frame: Buffer, link: Link): Promise<Buffer | 'cut' | undefined> {
    const body = frame.subarray(10 + Math.max(0, frame.readInt16BE(8)))
    const key = frame.readInt16BE(0)
    // as a real one: between the requests of a login there is nothing else
    if (link.inLogin && key !== 36) return 'cut'
    switch (key) {
      case 17:
        link.inLogin = true
        return Buffer.concat([int16(0), int32(1), text('PLAIN')])
      case 36:
        return this.#login(link)
      case 18:
        return this.#apiVersions()
      case 3:
        return this.#metadata()
      case 10:
        return this.#coordinator()
      case 22:
        return this.#initProducerId()
      case 0:
        return this.#produce(body)
      default:
        return 'cut'
    }
  }

  /** A session of a thousand seconds. */
  #login(link: Link): Buffer {
    link.inLogin = false
    this.logins[link.index]! += 1
    const error = this.loginErrors.shift() ?? 0
    return Buffer.concat([int16(error), int16(-1), int32(0), int64(1_000_000)])
  }

  #apiVersions(): Buffer {
    const apis = [
      [0, 3, 8],
      [3, 1, 6],
      [10, 1, 1],
      [17, 0, 1],
      [36, 0, 1],
      [18, 0, 0],
      [22, 0, 1],
    ]
    return Buffer.concat([int16(0), int32(apis.length), ...apis.flat().map(int16)])
  }

  #metadata(): Buffer {
    const broker = Buffer.concat([int32(1), text('127.0.0.1'), int32(this.port), int16(-1)])
    const topics = [...this.topics].map(([name, partitions]) => {
      const one = (partition: number) =>
        Buffer.concat([
          int16(0),
          int32(partition),
          int32(1),
          int32(1),
          int32(1),
          int32(1),
          int32(1),
          int32(0),
        ])
      const list = Array.from({ length: partitions }, (_, partition) => one(partition))
      return Buffer.concat([int16(0), text(name), Buffer.from([0]), int32(partitions), ...list])
    })
    const head = [int32(0), int32(1), broker, text('fake'), int32(1), int32(topics.length)]
    return Buffer.concat([...head, ...topics])
  }

  #coordinator(): Buffer {
    return Buffer.concat([int32(0), int16(0), int16(-1), int32(1), text('127.0.0.1'), int32(this.port)])
  }

  #initProducerId(): Buffer {
    const error = this.initErrors.shift() ?? 0
    return Buffer.concat([int32(0), int16(error), int64(error === 0 ? this.#nextProducerId++ : -1), int16(0)])
  }

  async #produce(body: Buffer): Promise<Buffer | 'cut' | undefined> {
    const decoder = new Decoder(body)
    decoder.readString()
    decoder.readInt16()
    decoder.readInt32()
    const topics = decoder.readArray((of) => {
      const topic = of.readString()
      return {
        topic,
        batches: of.readArray((one) => ({ partition: one.readInt32(), bytes: one.readBytes() })),
      }
    })
    const answers: Buffer[] = [int32(topics.length)]
    const fates = new Set<Fate>()
    for (const { topic, batches } of topics) {
      answers.push(text(topic), int32(batches.length))
      for (const { partition, bytes } of batches) {
        const { fate, answer } = await this.#append(topic, partition, bytes)
        fates.add(fate)
        answers.push(answer)
      }
    }
    if (fates.has('held')) return undefined
    return fates.has('lost') || fates.has('unanswered') ? 'cut' : Buffer.concat([...answers, int32(0)])
  }

  async #append(topic: string, partition: number, bytes: Buffer): Promise<{ fate: Fate; answer: Buffer }> {
    const batch = await decodeBatch(new Decoder(bytes))
    const values = batch.records.map(({ value }) => String(value))
    const { producerId, firstSequence: sequence } = batch
    const seen = { topic, partition, producerId, sequence, values, bytes: Buffer.from(bytes) }
    this.seen.push(seen)
    const fate = this.fateOf(seen, this.seen.length - 1)
    const appends = fate === 'normal' || fate === 'unanswered'
    const result = appends ? this.log(topic, partition).append(seen) : { error: 0, offset: -1 }
    const error = typeof fate === 'object' ? fate.error : result.error
    const invalid = typeof fate === 'object' ? (fate.invalid ?? []) : []
    const answer = Buffer.concat([
      int32(partition),
      int16(error),
      int64(result.offset),
      int64(-1),
      int64(0),
      int32(invalid.length),
      ...invalid.map((index) => Buffer.concat([int32(index), text(`record ${index} is bad`)])),
      int16(-1),
    ])
    return { fate, answer }
  }
}

function framed(correlationId: number, body: Buffer): Buffer {
  return Buffer.concat([int32(body.length + 4), int32(correlationId), body])
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([int16(bytes.length), bytes])
}
