import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { InternalRequests } from '../worker/internal-requests.ts'
import { RequestError } from '../worker/request-error.ts'

/** Headers by which workers of a cluster know each other's requests (KIP-507). */
export const signatureHeader = 'X-Connect-Authorization'
export const algorithmHeader = 'X-Connect-Request-Signature-Algorithm'

/** The hashes behind the names that Java gives to its algorithms. */
const hashes: Readonly<Record<string, string>> = {
  HmacSHA1: 'sha1',
  HmacSHA224: 'sha224',
  HmacSHA256: 'sha256',
  HmacSHA384: 'sha384',
  HmacSHA512: 'sha512',
}

/** The headers that sign a body. Throws for an algorithm that isn't known. */
export function signed(body: Uint8Array, key: Uint8Array, algorithm: string): Record<string, string> {
  return {
    [signatureHeader]: mac(body, key, algorithm).toString('base64'),
    [algorithmHeader]: algorithm,
  }
}

/** Throws, with Kafka Connect's codes and words, unless a worker of this cluster has signed the body. */
export function refuseUnsigned(
  { headers, body }: { readonly headers: IncomingHttpHeaders; readonly body: Uint8Array },
  internal: Pick<InternalRequests, 'sessionKey' | 'algorithms'>,
): void {
  const signature = headers[signatureHeader.toLowerCase()]
  const algorithm = headers[algorithmHeader.toLowerCase()]
  if (typeof signature !== 'string' || typeof algorithm !== 'string') {
    throw new RequestError(400, 'Internal request missing required signature')
  }
  if (!Object.hasOwn(hashes, algorithm)) throw new RequestError(400, `Algorithm ${algorithm} not available`)
  if (!internal.algorithms.includes(algorithm)) {
    throw new RequestError(400, unsupported(algorithm, internal.algorithms))
  }
  const key = internal.sessionKey()
  if (key === undefined) throw new RequestError(503, noKeyYet)
  const expected = mac(body, key.bytes, algorithm)
  const given = Buffer.from(signature, 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new RequestError(403, 'Internal request contained invalid signature.')
  }
}

function mac(body: Uint8Array, key: Uint8Array, algorithm: string): Buffer {
  const hash = Object.hasOwn(hashes, algorithm) ? hashes[algorithm] : undefined
  if (hash === undefined) {
    throw new Error(`${algorithm} is no algorithm to sign with; there are ${Object.keys(hashes).join(', ')}.`)
  }
  return createHmac(hash, key).update(body).digest()
}

const noKeyYet =
  'This worker is still starting up and has not been able to read a session key from the config topic yet'

function unsupported(algorithm: string, algorithms: readonly string[]): string {
  return (
    `This worker does not support the '${algorithm}' key signing algorithm used by other workers. ` +
    `This worker is currently configured to use: [${algorithms.join(', ')}]. Check that all workers' configuration files ` +
    'permit the same set of signature algorithms, and correct any misconfigured worker and restart it.'
  )
}
