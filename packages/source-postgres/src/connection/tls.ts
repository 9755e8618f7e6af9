import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
type SslMode = (typeof MODES)[number]

/**
 * The ways to try one server, in order, as `sslmode` says: plain, TLS, or one after the other. Reads the files of `sslrootcert`,
 * `sslcert` and `sslkey` (PEM, or PKCS #8 in DER as the JDBC driver has it). Source: libpq's "SSL Support".
 */
export function tlsVariants(params: ReadonlyMap<string, string>): ReadonlyArray<false | ConnectionOptions> {
  const mode = sslMode(params)
  if (mode === 'disable') return [false]
  const tls = tlsOptions(params, mode)
  if (mode === 'allow') return [false, tls]
  return mode === 'prefer' ? [tls, false] : [tls]
}

function sslMode(params: ReadonlyMap<string, string>): SslMode {
  const text = params.get('sslmode')
  if (text === undefined) return params.has('ssl') && params.get('ssl') !== 'false' ? 'verify-full' : 'prefer'
  const mode = MODES.find((one) => one === text.toLowerCase())
  if (mode === undefined) throw new Error(`has sslmode=${text}; it is one of ${MODES.join(', ')}`)
  return mode
}

function tlsOptions(params: ReadonlyMap<string, string>, mode: SslMode): ConnectionOptions {
  const ca = file(params, 'sslrootcert')
  const cert = file(params, 'sslcert')
  const key = file(params, 'sslkey')
  return {
    rejectUnauthorized: mode.startsWith('verify') || (mode === 'require' && ca !== undefined),
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key: pem(key, params.get('sslpassword')) }),
  }
}

function file(params: ReadonlyMap<string, string>, name: string): Buffer | undefined {
  const path = params.get(name)
  if (path === undefined || path === '') return undefined
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new Error(`has ${name}=${path}, which can't be read: ${(cause as Error).message}`, { cause })
  }
}

function pem(key: Buffer, passphrase: string | undefined): Buffer | string {
  const isPem = key.subarray(0, 64).includes('-----BEGIN')
  const format = isPem
    ? { key, format: 'pem' as const }
    : { key, format: 'der' as const, type: 'pkcs8' as const }
  try {
    return createPrivateKey({ ...format, ...(passphrase === undefined ? {} : { passphrase }) }).export({
      type: 'pkcs8',
      format: 'pem',
    })
  } catch (cause) {
    throw new Error(`has an sslkey that is no private key in PEM or PKCS #8: ${(cause as Error).message}`, {
      cause,
    })
  }
}
