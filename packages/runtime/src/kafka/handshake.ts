import { commonVersion, type BrokerVersions } from './api.ts'
import type { ClientConfig, Sasl } from './client-config.ts'
import type { Connection } from './connection.ts'
import { networkError, protocolError } from './errors.ts'
import { authenticationError, saslLogin } from './sasl.ts'
import { KafkaError } from './types.ts'

const apiVersionsKey = 18
const saslHandshakeKey = 17
const saslAuthenticateKey = 36
/** A login is renewed, on a new connection, when this part of its life is over. */
const loginLifePart = 0.85

/** What comes first on a connection: the versions that the broker speaks, then the login. */
export async function handshake(connection: Connection, config: ClientConfig): Promise<void> {
  const timeoutMs = config.connectionSetupTimeoutMs
  connection.versions = await askVersions(connection, timeoutMs)
  if (config.sasl) await logIn(connection, config.sasl, timeoutMs)
}

/** Version 0 is spoken by every broker. https://kafka.apache.org/protocol#The_Messages_ApiVersions */
async function askVersions(connection: Connection, timeoutMs: number): Promise<BrokerVersions> {
  const answer = await connection
    .exchange({ name: 'ApiVersions', key: apiVersionsKey, version: 0, body: [], timeoutMs })
    .catch((cause: unknown) => {
      throw networkError(`${connection.name} broke at the first request: is security.protocol right?`, cause)
    })
  const code = answer.readInt16BE(0)
  if (code !== 0) throw protocolError(code, 'asking for the protocol versions')
  return new Map(
    Array.from({ length: answer.readInt32BE(2) }, (_, index) => {
      const at = 6 + index * 6
      return [answer.readInt16BE(at), { min: answer.readInt16BE(at + 2), max: answer.readInt16BE(at + 4) }]
    }),
  )
}

async function logIn(connection: Connection, sasl: Sasl, timeoutMs: number): Promise<void> {
  await agreeOnMechanism(connection, sasl, timeoutMs)
  const range = connection.versions.get(saslAuthenticateKey)
  const version = commonVersion('SaslAuthenticate', { min: 0, max: 1 }, range)
  const exchange = async (message: Buffer): Promise<Buffer> => {
    const body = [int32(message.length), message]
    const call = { name: 'SaslAuthenticate', key: saslAuthenticateKey, version, body, timeoutMs }
    const answer = readAuthenticateAnswer(await connection.exchange(call), version)
    if (answer.lifetimeMs > 0) connection.expiresAt = performance.now() + answer.lifetimeMs * loginLifePart
    return answer.message
  }
  await saslLogin(sasl, exchange, timeoutMs)
}

async function agreeOnMechanism(connection: Connection, sasl: Sasl, timeoutMs: number): Promise<void> {
  const name = Buffer.from(sasl.mechanism)
  const body = [Buffer.from([0, name.length]), name]
  const answer = await connection.exchange({
    name: 'SaslHandshake',
    key: saslHandshakeKey,
    version: 1,
    body,
    timeoutMs,
  })
  const code = answer.readInt16BE(0)
  if (code === 0) return
  const offered = readStrings(answer.subarray(2)).join(', ')
  throw new KafkaError(
    `The broker doesn't offer sasl.mechanism ${sasl.mechanism}, but ${offered || 'none'}.`,
    {
      code: 'UNSUPPORTED_SASL_MECHANISM',
      retriable: false,
      cause: protocolError(code, 'agreeing on a SASL mechanism'),
    },
  )
}

function readAuthenticateAnswer(answer: Buffer, version: number): { message: Buffer; lifetimeMs: number } {
  const code = answer.readInt16BE(0)
  const reasonBytes = Math.max(0, answer.readInt16BE(2))
  const reason = answer.toString('utf8', 4, 4 + reasonBytes)
  if (code !== 0) throw authenticationError(reason || `error code ${code}`)
  const at = 4 + reasonBytes
  const end = at + 4 + Math.max(0, answer.readInt32BE(at))
  return {
    message: answer.subarray(at + 4, end),
    lifetimeMs: version === 1 ? Number(answer.readBigInt64BE(end)) : 0,
  }
}

function readStrings(bytes: Buffer): string[] {
  let at = 4
  return Array.from({ length: bytes.readInt32BE(0) }, () => {
    const end = at + 2 + bytes.readInt16BE(at)
    const text = bytes.toString('utf8', at + 2, end)
    at = end
    return text
  })
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
