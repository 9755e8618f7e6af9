import { commonVersion, type BrokerVersions } from './api.ts'
import type { ClientConfig, Sasl } from './client-config.ts'
import type { Connection } from './connection.ts'
import { networkError, protocolError } from './errors.ts'
import { type Credentials, freshToken, LoginRefused, refusedLogin, saslLogin } from './sasl.ts'
import { KafkaError } from './types.ts'

const apiVersionsKey = 18
const saslHandshakeKey = 17
const saslAuthenticateKey = 36
/** A login is renewed when this part of its life is over. */
const loginLifePart = 0.85
/** Brokers take a renewal sooner than a second after the last login for a mistake (KIP-368). */
const leastRenewalMs = 1100

/** What comes first on a connection: the versions that the broker speaks, then the login. */
export async function handshake(connection: Connection, config: ClientConfig): Promise<void> {
  const timeoutMs = config.connectionSetupTimeoutMs
  connection.versions = await askVersions(connection, timeoutMs)
  if (!config.sasl) return
  const login = { sasl: config.sasl, credentials: await credentialsOf(config.sasl, timeoutMs), timeoutMs }
  await logIn(connection, { ...login, exchange: (call) => connection.exchange(call) })
}

/**
 * Logs in anew on an open connection, before the broker ends its session (KIP-368). Rejects where it can't be: with TOKEN the connection is as it was, after
 * anything else it is of no use any more.
 */
export async function renewLogin(connection: Connection, config: ClientConfig): Promise<void> {
  const { sasl, connectionSetupTimeoutMs: timeoutMs } = config
  if (!sasl) return
  const login = { sasl, credentials: await credentialsOf(sasl, timeoutMs), timeoutMs }
  await connection.alone((exchange) => logIn(connection, { ...login, exchange }))
}

async function credentialsOf(sasl: Sasl, timeoutMs: number): Promise<Credentials> {
  if (sasl.mechanism !== 'OAUTHBEARER') return sasl
  return { mechanism: sasl.mechanism, token: await freshToken(sasl.token, timeoutMs) }
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

interface Login {
  readonly sasl: Sasl
  readonly credentials: Credentials
  readonly timeoutMs: number
  readonly exchange: Connection['exchange']
}

async function logIn(connection: Connection, login: Login): Promise<void> {
  const { sasl, credentials, timeoutMs } = login
  await agreeOnMechanism(login)
  const range = connection.versions.get(saslAuthenticateKey)
  const version = commonVersion('SaslAuthenticate', { min: 0, max: 1 }, range)
  const exchange = async (message: Buffer): Promise<Buffer> => {
    const body = [int32(message.length), message]
    const call = { name: 'SaslAuthenticate', key: saslAuthenticateKey, version, body, timeoutMs }
    const answer = readAuthenticateAnswer(await login.exchange(call), version)
    connection.renewAt = renewalAfter(answer.lifetimeMs)
    return answer.message
  }
  try {
    await saslLogin(credentials, exchange)
  } catch (error) {
    throw error instanceof LoginRefused ? await refusedLogin(error, sasl, timeoutMs) : error
  }
}

function renewalAfter(lifetimeMs: number): number {
  if (lifetimeMs <= 0) return Number.POSITIVE_INFINITY
  return performance.now() + Math.max(leastRenewalMs, lifetimeMs * loginLifePart)
}

async function agreeOnMechanism({ sasl, timeoutMs, exchange }: Login): Promise<void> {
  const name = Buffer.from(sasl.mechanism)
  const body = [Buffer.from([0, name.length]), name]
  const answer = await exchange({
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
  if (code !== 0) throw new LoginRefused(reason || `error code ${code}`)
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
