import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ClientConfig, HostPort } from './client-config.ts'
import { Connection } from './connection.ts'
import { networkError, timeoutError } from './errors.ts'
import { handshake } from './handshake.ts'
import { KafkaError } from './types.ts'

/** Otherwise every read would leave a buffer of as many bytes to the collector: gigabytes in a large load. */
const readBytes = 64 * 1024

/** Connects, asks for the broker's versions and logs in. Each step takes at most `connectionSetupTimeoutMs`. */
export async function openConnection(address: HostPort, config: ClientConfig): Promise<Connection> {
  const { clientId, connectionsMaxIdleMs: maxIdleMs } = config
  let connection: Connection | undefined
  const socket = await openSocket(address, config, (bytes) => connection?.read(bytes))
  connection = new Connection(socket, { address, clientId, maxIdleMs, figures: config.figures?.requests })
  try {
    await handshake(connection, config)
  } catch (error) {
    connection.close()
    throw error
  }
  return connection
}

/** `read` is given what comes in, in memory that is used again for the next. */
function openSocket(address: HostPort, config: ClientConfig, read: (bytes: Buffer) => void): Promise<Socket> {
  const { host, port } = address
  const onread = {
    buffer: Buffer.allocUnsafeSlow(readBytes),
    callback: (length: number, bytes: Uint8Array) => {
      read(Buffer.from(bytes.buffer, bytes.byteOffset, length))
      return true
    },
  }
  // Node's types don't know it of TLS, which takes it as well.
  const common = { host, port, onread }
  const where = `Kafka at ${host}:${port}`
  return new Promise((resolve, reject) => {
    const socket = config.tls
      ? connectTls({ ...(isIP(host) ? {} : { servername: host }), ...config.tls, ...common })
      : connectTcp(common)
    const timer = setTimeout(() => {
      socket.destroy()
      reject(timeoutError(`${where} was not reached within ${config.connectionSetupTimeoutMs} ms.`))
    }, config.connectionSetupTimeoutMs)
    const failed = (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      reject(connectError(where, cause))
    }
    socket.once('error', failed)
    socket.once(config.tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer)
      socket.off('error', failed)
      resolve(socket)
    })
  })
}

/** A certificate that isn't trusted stays so: only what the network did is worth another try. */
function connectError(where: string, cause: NodeJS.ErrnoException): KafkaError {
  const isTls = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED)/.test(cause.code ?? '')
  if (!isTls) return networkError(`${where} was not reached: ${cause.message}`, cause)
  const advice = 'Check security.protocol, ssl.truststore.* and ssl.endpoint.identification.algorithm.'
  return new KafkaError(`${where}: the TLS handshake failed: ${cause.message}. ${advice}`, {
    code: 'TLS',
    retriable: false,
    cause,
  })
}
