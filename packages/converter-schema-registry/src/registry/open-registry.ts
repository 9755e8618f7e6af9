import type { RegistryConfig } from './fields.ts'
import { type RegisteredSchema, Registry, type SchemaFormat } from './registry.ts'
import { RegistryClient } from './registry-client.ts'
import { tlsOptions } from './tls.ts'

export interface RegistryUse {
  readonly format: SchemaFormat
  readonly explain: (before: RegisteredSchema, text: string) => readonly string[]
}

export type OpenRegistry = (config: RegistryConfig, use: RegistryUse) => Registry

/** A registry as the settings describe it. Nothing is asked yet. Throws an Error for certificates that can't be read. */
export function openRegistry(config: RegistryConfig, use: RegistryUse): Registry {
  const given = config.schemaRegistryUrl.map((url) => new URL(url))
  const client = new RegistryClient({
    urls: given.map(withoutLogin),
    headers: (url) => ({ ...config.requestHeaders, ...loginOf(config, given.find(sameAs(url))) }),
    tls: tlsOptions({
      truststoreCertificates: config.tlsTruststoreCertificates,
      truststoreLocation: config.tlsTruststoreLocation,
      keystoreCertificateChain: config.tlsKeystoreCertificateChain,
      keystoreKey: config.tlsKeystoreKey,
      keystoreLocation: config.tlsKeystoreLocation,
      keyPassword: config.tlsKeyPassword,
      endpointIdentificationAlgorithm: config.tlsEndpointIdentificationAlgorithm,
    }),
    times: { connectMs: config.httpConnectTimeoutMs, readMs: config.httpReadTimeoutMs },
    retries: {
      most: config.maxRetries,
      firstMs: config.retriesWaitMs,
      longestMs: config.retriesMaxWaitMs,
    },
    timeLimitMs: config.lookupTimeoutMs,
  })
  return new Registry({
    client,
    ...use,
    register: config.autoRegisterSchemas,
    normalize: config.normalizeSchemas,
    keep: config.schemasCacheConfig,
    latestKeepMs: config.latestCacheTtlSec < 0 ? Infinity : config.latestCacheTtlSec * 1000,
  })
}

function loginOf(config: RegistryConfig, url: URL | undefined): Readonly<Record<string, string>> {
  if (config.bearerAuthToken) return { authorization: `Bearer ${config.bearerAuthToken}` }
  const ofUrl = url?.username
    ? `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    : undefined
  const login = config.basicAuthCredentialsSource === 'USER_INFO' ? config.basicAuthUserInfo : ofUrl
  return login ? { authorization: `Basic ${Buffer.from(login).toString('base64')}` } : {}
}

function withoutLogin(url: URL): URL {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return bare
}

function sameAs(bare: URL): (url: URL) => boolean {
  return (url) => withoutLogin(url).href === bare.href
}
