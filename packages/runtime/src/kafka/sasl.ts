import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Sasl } from './client-config.ts'
import { KafkaError } from './types.ts'

/** Sends one message of the mechanism and resolves with the server's answer. */
export type SaslExchange = (message: Buffer) => Promise<Buffer>

const deriveKey = promisify(pbkdf2)
const minIterations = 4096

/** The broker refused a login; the message is its reason. */
export class LoginRefused extends Error {}

/** What `saslLogin` needs: a token is asked for before anything is sent. */
export type Credentials =
  | Exclude<Sasl, { mechanism: 'OAUTHBEARER' }>
  | { readonly mechanism: 'OAUTHBEARER'; readonly token: string }

/** Logs in over a connection on which the mechanism was agreed. Rejects with LoginRefused. */
export async function saslLogin(login: Credentials, exchange: SaslExchange): Promise<void> {
  switch (login.mechanism) {
    case 'PLAIN':
      await exchange(Buffer.from(`\0${login.username}\0${login.password}`))
      return
    case 'OAUTHBEARER':
      return bearerLogin(login.token, exchange)
    case 'SCRAM-SHA-256':
    case 'SCRAM-SHA-512':
      return scramLogin(login, exchange)
  }
}

/** A refused login with what to check; not retriable, unless there is reason to think that another one may do. */
export async function refusedLogin(
  { message }: LoginRefused,
  sasl: Sasl,
  timeoutMs: number,
): Promise<KafkaError> {
  const usual = 'Check sasl.mechanism and sasl.jaas.config.'
  const refused = sasl.mechanism === 'OAUTHBEARER' ? sasl.refused : undefined
  // what there is to say may need an answer of others; the refusal stands without it
  const found = refused && (await within(refused(message), timeoutMs).catch(() => undefined))
  return new KafkaError(`The broker refused the login: ${message}. ${found?.advice ?? usual}`, {
    code: 'SASL_AUTHENTICATION_FAILED',
    retriable: found?.retriable ?? false,
  })
}

/** A token to log in with. Rejects with TOKEN, retriable, where there was none within `timeoutMs`. */
export async function freshToken(
  token: () => Promise<{ readonly value: string }>,
  timeoutMs: number,
): Promise<string> {
  try {
    return (await within(token(), timeoutMs)).value
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new KafkaError(`No token to log in with: ${reason}`, { code: 'TOKEN', retriable: true, cause })
  }
}

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`none came within ${timeoutMs} ms.`)), timeoutMs)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** RFC 7628: a refusal comes as JSON, to be answered by one control-A before the server says that it failed. */
async function bearerLogin(token: string, exchange: SaslExchange): Promise<void> {
  const refusal = await exchange(Buffer.from(`n,,\x01auth=Bearer ${token}\x01\x01`))
  if (refusal.length === 0) return
  await exchange(Buffer.from('\x01')).catch(() => undefined)
  throw new LoginRefused(`the token was not accepted (${refusal.toString()})`)
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
  if (!serverNonce.startsWith(nonce)) throw new LoginRefused('the server changed the nonce')
  if (Number(iterations) < minIterations) throw new LoginRefused(`${iterations} iterations are too few`)

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
  if (refusal !== undefined) throw new LoginRefused(refusal)
  const expected = hmac(hmac(salted, 'Server Key'), signed)
  const given = Buffer.from(verifier, 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new LoginRefused('the server could not prove that it knows the password')
  }
}

function attributes(message: string): Partial<Record<string, string>> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
}
