import type { Api } from './api.ts'
import { backoffMs } from './backoff.ts'
import type { ClientConfig, HostPort } from './client-config.ts'
import type { Connection, RawCall } from './connection.ts'
import { asKafkaError, closedError, networkError } from './errors.ts'
import { renewLogin } from './handshake.ts'
import { openConnection } from './open-connection.ts'
import { sleep } from './sleep.ts'
import { KafkaError } from './types.ts'

/** Who has no token goes on as long as the broker lets him, and asks again after so long. */
const renewAgainMs = 1000

export interface CallOptions {
  /** Default: `request.timeout.ms`. It counts from the moment the request is written. */
  readonly timeoutMs?: number
  /** Ends the wait; the request itself can't be taken back. */
  readonly signal?: AbortSignal | undefined
}

/**
 * The way to one broker: a connection that is opened when it is needed and again after it broke, waiting
 * `reconnect.backoff.ms` and more between failures. Calls are written in the order in which they are made.
 */
export class Broker {
  readonly nodeId: number
  readonly address: HostPort
  readonly #config: ClientConfig
  #connection: Connection | undefined
  #opening: Promise<Connection> | undefined
  #failures = 0
  readonly #closing = new AbortController()

  constructor(nodeId: number, address: HostPort, config: ClientConfig) {
    this.nodeId = nodeId
    this.address = address
    this.#config = config
  }

  get connected(): boolean {
    return this.#connection?.open === true
  }

  /** Sends a request that kafkajs encodes. Rejects with a KafkaError. */
  async call<Body extends object, Answer>(
    api: Api<Body, Answer>,
    body: Body,
    options: CallOptions = {},
  ): Promise<Answer> {
    try {
      let connection = await this.connection()
      const prepared = api.prepare(connection.versions, body)
      const encoded = await prepared.encode()
      // It may have been given up as idle in the meantime.
      if (!connection.open) connection = await this.connection()
      const { key, version } = prepared
      const timeoutMs = options.timeoutMs ?? this.#config.requestTimeoutMs
      const exchange = connection.exchange({ name: api.name, key, version, body: [encoded], timeoutMs })
      return await prepared.decode(await unlessAborted(exchange, options.signal))
    } catch (error) {
      if (options.signal?.aborted) throw error
      throw asKafkaError(error, `asking ${this.address.host}:${this.address.port} for ${api.name}`)
    }
  }

  /** Sends a request that the caller encoded, once connected; `encode` is given the connection's versions. */
  async exchange(encode: (connection: Connection) => RawCall): Promise<Buffer> {
    const connection = await this.connection()
    return connection.exchange(encode(connection))
  }

  /** The open connection, or a new one. A login that runs out is renewed first. */
  async connection(): Promise<Connection> {
    const current = this.#connection
    if (current?.open && performance.now() < current.renewAt) return current
    this.#opening ??= this.#renewed(current).finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  /** Cuts the connection: requests in flight are rejected as retriable. The next call opens another. */
  disconnect(): void {
    this.#connection?.close(this.#givenUp())
  }

  /** Closes the connection once nothing is in flight. The next call opens another. */
  async retire(): Promise<void> {
    const connection = this.#connection
    await connection?.idle()
    connection?.close(this.#givenUp())
  }

  close(): void {
    this.#closing.abort(closedError('The Kafka client'))
    this.#connection?.close(closedError('The Kafka client'))
  }

  #givenUp(): KafkaError {
    return networkError(`The connection to broker ${this.nodeId} was given up.`)
  }

  /** Nothing is in flight while a login is renewed, so that a connection that has to go takes nothing with it. */
  async #renewed(current: Connection | undefined): Promise<Connection> {
    if (current?.open) {
      try {
        await renewLogin(current, this.#config)
        return current
      } catch (error) {
        if (current.open && isNoToken(error)) {
          current.renewAt = performance.now() + renewAgainMs
          return current
        }
        // another principal than before, for instance, needs another connection; what is wrong otherwise shows there
        current.close(this.#givenUp())
      }
    }
    return this.#reconnect()
  }

  async #reconnect(): Promise<Connection> {
    const { signal } = this.#closing
    if (this.#failures > 0) {
      const { reconnectBackoffMs: first, reconnectBackoffMaxMs: max } = this.#config
      await sleep(backoffMs({ first, max, attempt: this.#failures - 1 }), signal)
    }
    signal.throwIfAborted()
    try {
      const connection = await openConnection(this.address, this.#config)
      if (signal.aborted) connection.close()
      signal.throwIfAborted()
      this.#connection = connection
      this.#failures = 0
      return connection
    } catch (error) {
      this.#failures += 1
      throw error
    }
  }
}

function isNoToken(error: unknown): boolean {
  return error instanceof KafkaError && error.code === 'TOKEN'
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason as Error)
    if (signal.aborted) aborted()
    signal.addEventListener('abort', aborted, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted))
  })
}
