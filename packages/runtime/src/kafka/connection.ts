import type { Socket } from 'node:net'
import type { BrokerVersions } from './api.ts'
import type { HostPort } from './client-config.ts'
import type { RequestFigures } from './client-figures.ts'
import { closedError, networkError, timeoutError } from './errors.ts'
import { FrameReader, requestHead } from './frames.ts'
import type { KafkaError } from './types.ts'

export interface RawCall {
  readonly key: number
  readonly version: number
  readonly body: readonly Uint8Array[]
  readonly timeoutMs: number
  /** Names the request in errors ("Produce"). */
  readonly name: string
  /** False: the broker doesn't answer it (acks=0); resolves with no bytes once the system has taken it. */
  readonly answered?: boolean
}

interface Waiting {
  readonly name: string
  readonly timer: NodeJS.Timeout
  /** In `performance.now()` milliseconds. */
  readonly sentAt: number
  resolve(payload: Buffer): void
  reject(error: KafkaError): void
}

const keepAliveMs = 30_000
/** The list of versions takes less. What a web server or a TLS listener says first would be a length of hundreds of megabytes. */
const firstAnswerBytes = 65_536
const noBytes = Buffer.alloc(0)

/**
 * One socket to one broker: requests are written in the order of the calls and answered in that order. Node doesn't notice a
 * peer that vanished, so a request that isn't answered in time closes the connection, as in the JVM's client: what else is in
 * flight is then rejected as retriable.
 */
export class Connection {
  /** Names it in errors. */
  readonly name: string
  #versions: BrokerVersions = new Map()
  /** When the login is to be renewed, in `performance.now()` milliseconds; Infinity: never. */
  renewAt = Number.POSITIVE_INFINITY
  readonly #socket: Socket
  readonly #clientId: string
  readonly #frames = new FrameReader(firstAnswerBytes)
  readonly #waiting = new Map<number, Waiting>()
  readonly #idle: Array<() => void> = []
  /** What is to be written once `alone` is over; undefined: nothing has to wait. */
  #held: Array<() => void> | undefined
  readonly #figures: RequestFigures | undefined
  #nextCorrelationId = 0
  #ended: KafkaError | undefined

  constructor(
    socket: Socket,
    options: {
      readonly address: HostPort
      readonly clientId: string
      readonly maxIdleMs: number
      readonly figures?: RequestFigures | undefined
    },
  ) {
    this.#figures = options.figures
    this.#figures?.opened()
    this.#socket = socket
    this.#clientId = options.clientId
    this.name = `The connection to Kafka at ${options.address.host}:${options.address.port}`
    socket.setNoDelay(true)
    socket.setKeepAlive(true, keepAliveMs)
    socket.setTimeout(options.maxIdleMs, () => {
      if (this.#waiting.size === 0) this.close(networkError(`${this.name} was idle for too long.`))
    })
    socket.on('error', (cause) => this.close(networkError(`${this.name} failed: ${cause.message}`, cause)))
    socket.on('close', () => this.close(networkError(`${this.name} was closed by the broker.`)))
    // What a socket got before a listener was there.
    if (socket.destroyed) this.close(networkError(`${this.name} was closed by the broker.`))
  }

  /** What the broker speaks; empty until `openConnection` is done. */
  get versions(): BrokerVersions {
    return this.#versions
  }

  /** It is Kafka that answers: from now on its answers may be large. */
  set versions(versions: BrokerVersions) {
    this.#versions = versions
    this.#frames.maxBytes = Number.POSITIVE_INFINITY
  }

  get open(): boolean {
    return this.#ended === undefined
  }

  get inFlight(): number {
    return this.#waiting.size
  }

  /** Resolves when nothing is in flight any more. */
  idle(): Promise<void> {
    if (this.#waiting.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  exchange(call: RawCall): Promise<Buffer> {
    const held = this.#held
    if (!held) return this.#send(call)
    return new Promise((resolve, reject) => held.push(() => void this.#send(call).then(resolve, reject)))
  }

  /**
   * Waits until nothing is in flight and lets `work` have the connection to itself: what others ask meanwhile is written afterwards, in the order
   * of the calls. Brokers take nothing else between the requests of a login.
   */
  async alone<T>(work: (exchange: Connection['exchange']) => Promise<T>): Promise<T> {
    const held: Array<() => void> = []
    this.#held = held
    try {
      await this.idle()
      return await work((call) => this.#send(call))
    } finally {
      this.#held = undefined
      for (const write of held) write()
    }
  }

  #send(call: RawCall): Promise<Buffer> {
    if (this.#ended) return Promise.reject(this.#ended)
    const correlationId = this.#nextCorrelationId
    this.#nextCorrelationId = (correlationId + 1) & 0x7fffffff
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#timedOut(call), call.timeoutMs)
      this.#waiting.set(correlationId, {
        name: call.name,
        timer,
        sentAt: performance.now(),
        resolve,
        reject,
      })
      this.#write(correlationId, call)
    })
  }

  /** Destroys the socket; requests in flight are rejected with `error`. Idempotent. */
  close(error: KafkaError = closedError(this.name)): void {
    if (this.#ended) return
    this.#ended = error
    this.#socket.destroy()
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    this.#figures?.closed(waiting.length)
    for (const request of waiting) {
      clearTimeout(request.timer)
      request.reject(error)
    }
    this.#tellIdle()
  }

  #write(correlationId: number, call: RawCall): void {
    const bodyBytes = call.body.reduce((sum, part) => sum + part.length, 0)
    const { key, version } = call
    const head = requestHead({ key, version, correlationId, clientId: this.#clientId, bodyBytes })
    this.#figures?.sent(head.length + bodyBytes)
    const parts = [head, ...call.body]
    // The system takes the parts in order: with the last one it has them all.
    const last = parts.pop() as Uint8Array
    this.#socket.cork()
    for (const part of parts) this.#socket.write(part)
    if (call.answered === false) this.#socket.write(last, () => this.#settle(correlationId, noBytes))
    else this.#socket.write(last)
    this.#socket.uncork()
  }

  /** Takes what came in; its memory isn't looked at any more afterwards. */
  read(chunk: Buffer): void {
    for (const frame of this.#cut(chunk)) this.#settle(frame.readInt32BE(0), frame.subarray(4))
  }

  #settle(correlationId: number, payload: Buffer): void {
    const waiting = this.#waiting.get(correlationId)
    if (!waiting) return
    this.#waiting.delete(correlationId)
    clearTimeout(waiting.timer)
    this.#figures?.answered(performance.now() - waiting.sentAt, payload.length)
    waiting.resolve(payload)
    this.#tellIdle()
  }

  /** What doesn't speak Kafka's protocol is hung up on. */
  #cut(chunk: Buffer): readonly Buffer[] {
    try {
      return this.#frames.push(chunk)
    } catch (cause) {
      const what = cause instanceof Error ? cause.message : String(cause)
      this.close(networkError(`${this.name} got what is no answer of Kafka's: ${what}.`, cause))
      return []
    }
  }

  #tellIdle(): void {
    if (this.#waiting.size === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }

  #timedOut(call: RawCall): void {
    this.close(timeoutError(`${this.name} gave no answer to ${call.name} within ${call.timeoutMs} ms.`))
  }
}
