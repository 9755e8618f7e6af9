import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Sasl } from './client-config.ts'
import { KafkaError, type TokenFunction } from './types.ts'

/** Sends one message of the mechanism and resolves with the server's answer. */
export type SaslExchange = (message: Buffer) => Promise<Buffer>

const deriveKey = promisify(pbkdf2)
const minIterations = 4096

/**
 * Logs in over a connection on which the mechanism was agreed. Rejects with SASL_AUTHENTICATION_FAILED, not retriable; or with TOKEN, retriable,
 * where there was none within `timeoutMs`.
 */
export async function saslLogin(sasl: Sasl, exchange: SaslExchange, timeoutMs: number): Promise<void> {
  switch (sasl.mechanism) {
    case 'PLAIN':
      await exchange(Buffer.from(`\0${sasl.username}\0${sasl.password}`))
      return
    case 'OAUTHBEARER':
      return bearerLogin(await tokenOf(sasl.token, timeoutMs), exchange)
    case 'SCRAM-SHA-256':
    case 'SCRAM-SHA-512':
      return scramLogin(sasl, exchange)
  }
}

export function authenticationError(reason: string): KafkaError {
  return new KafkaError(
    `The broker refused the login: ${reason}. Check sasl.mechanism and sasl.jaas.config.`,
    {
      code: 'SASL_AUTHENTICATION_FAILED',
      retriable: false,
    },
  )
}

async function tokenOf(token: TokenFunction, timeoutMs: number): Promise<{ readonly value: string }> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`none came within ${timeoutMs} ms.`)), timeoutMs)
  try {
    return await Promise.race([token(), late])
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new KafkaError(`No token to log in with: ${reason}`, { code: 'TOKEN', retriable: true, cause })
  } finally {
    clearTimeout(timer)
  }
}

/** RFC 7628: a refusal comes as JSON, to be answered by one control-A before the server says that it failed. */
async function bearerLogin(token: { readonly value: string }, exchange: SaslExchange): Promise<void> {
  const refusal = await exchange(Buffer.from(`n,,\x01auth=Bearer ${token.value}\x01\x01`))
  if (refusal.length === 0) return
  await exchange(Buffer.from('\x01')).catch(() => undefined)
  throw authenticationError(`the token was not accepted (${refusal.toString()})`)
}

interface Scram {
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  readonly username: string
  readonly password: string
}

/** RFC 5802 without channel binding. */
async function scramLogin(scram: Scram, exchange: SaslExchange): Promise<void> {
  const digest = scram.mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512'
  const hmac = (key: Buffer, data: string) => createHmac(digest, key).update(data).digest()
  const nonce = randomBytes(24).toString('base64url')
  const user = scram.username.replaceAll('=', '=3D').replaceAll(',', '=2C')
  const firstBare = `n=${user},r=${nonce}`
  const serverFirst = (await exchange(Buffer.from(`n,,${firstBare}`))).toString()
  const { r: serverNonce = '', s: salt = '', i: iterations = '0' } = attributes(serverFirst)
  if (!serverNonce.startsWith(nonce)) throw authenticationError('the server changed the nonce')
  if (Number(iterations) < minIterations) throw authenticationError(`${iterations} iterations are too few`)

  const length = digest === 'sha256' ? 32 : 64
  const salted = await deriveKey(
    scram.password,
    Buffer.from(salt, 'base64'),
    Number(iterations),
    length,
    digest,
  )
  const finalBare = `c=biws,r=${serverNonce}`
  const signed = `${firstBare},${serverFirst},${finalBare}`
  const clientKey = hmac(salted, 'Client Key')
  const signature = hmac(createHash(digest).update(clientKey).digest(), signed)
  const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)))
  const serverFinal = await exchange(Buffer.from(`${finalBare},p=${proof.toString('base64')}`))
  const { v: verifier = '', e: refusal } = attributes(serverFinal.toString())
  if (refusal !== undefined) throw authenticationError(refusal)
  const expected = hmac(hmac(salted, 'Server Key'), signed)
  const given = Buffer.from(verifier, 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw authenticationError('the server could not prove that it knows the password')
  }
}

function attributes(message: string): Partial<Record<string, string>> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
}
