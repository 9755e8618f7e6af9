import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'

/** The settings under `schema.registry.ssl.`, without that. */
export interface TlsSettings {
  readonly truststoreCertificates: string | undefined
  readonly truststoreLocation: string | undefined
  readonly keystoreCertificateChain: string | undefined
  readonly keystoreKey: string | undefined
  readonly keystoreLocation: string | undefined
  readonly keyPassword: string | undefined
  readonly endpointIdentificationAlgorithm: string
}

/** Node's TLS options. Reads the files that are named; throws an Error where one can't be read. */
export function tlsOptions(settings: TlsSettings): ConnectionOptions {
  const ca = settings.truststoreCertificates ?? pemFile(settings.truststoreLocation)
  const keystore = pemFile(settings.keystoreLocation)
  const cert = settings.keystoreCertificateChain ?? keystore
  const key = settings.keystoreKey ?? keystore
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(settings.keyPassword !== undefined && { passphrase: settings.keyPassword }),
    ...(settings.endpointIdentificationAlgorithm === '' && { checkServerIdentity: () => undefined }),
  }
}

/** For `validate` of a location: what is wrong with a store that is no PEM. */
export function noPem(path: string): string | undefined {
  if (/\.(pem|crt|cer|key)$/i.test(path)) return undefined
  return (
    `must be a PEM file (.pem, .crt, .cer, .key), not ${path}. Convert a JKS store by: keytool -importkeystore -srckeystore ${path} ` +
    '-destkeystore store.p12 -deststoretype PKCS12 && openssl pkcs12 -in store.p12 -nodes -out store.pem'
  )
}

function pemFile(path: string | undefined): string | undefined {
  if (path === undefined || path === '') return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Error(`The PEM file ${path} of schema.registry.ssl.* can't be read.`, { cause })
  }
}
