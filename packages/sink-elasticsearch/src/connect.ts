import type { Transport } from '@elastic/transport'
import type { Settings } from './fields.ts'
import { tlsOptions } from './tls.ts'

/** Elasticsearch's own transport: keep-alive connections to every node, health, failover, TLS, authentication, proxy, gzip. */
export interface Connection {
  readonly transport: Transport
  close(): Promise<void>
}

/** Opens no connection yet. The transport library is loaded here, so that a worker without this connector doesn't pay for it. */
export async function connect(settings: Settings): Promise<Connection> {
  const { Transport, WeightedConnectionPool, HttpConnection, UndiciConnection } = await import(
    '@elastic/transport'
  )
  const proxy = proxyUrl(settings)
  const tls = settings.elasticSecurityProtocol === 'SSL' ? tlsOptions(settings.elasticHttps) : undefined
  const pool = new WeightedConnectionPool({
    Connection: proxy === undefined ? UndiciConnection : HttpConnection,
    ...authentication(settings),
    ...(proxy === undefined ? directOptions(settings, tls) : proxyOptions(settings, { proxy, tls })),
  })
  pool.addConnection([...settings.connectionUrl])
  const transport = new Transport({
    connectionPool: pool,
    // Repetitions are the sink's own, for it knows the outcome of each document.
    maxRetries: 0,
    requestTimeout: settings.readTimeoutMs,
    compression: settings.connectionCompression,
    openTelemetry: { enabled: false },
    // By default an error gets a copy of its whole request, for which a body of a megabyte is taken apart byte by byte: 50 MB and a second each.
    redaction: { type: 'remove', additionalKeys: [] },
  })
  return { transport, close: () => pool.empty() }
}

type Tls = ReturnType<typeof tlsOptions> | undefined

function directOptions(settings: Settings, tls: Tls) {
  const timeout = settings.connectionTimeoutMs
  return {
    ...(tls === undefined ? {} : { tls: { ...tls, timeout } }),
    agent: {
      connect: { timeout },
      keepAliveTimeout: settings.maxConnectionIdleTimeMs,
      keepAliveMaxTimeout: settings.maxConnectionIdleTimeMs,
      headersTimeout: settings.readTimeoutMs,
      bodyTimeout: settings.readTimeoutMs,
    },
  }
}

function proxyOptions(settings: Settings, { proxy, tls }: { proxy: URL; tls: Tls }) {
  return {
    ...(tls === undefined ? {} : { tls }),
    proxy,
    // Its timeout counts while a request is under way too, so it must not be shorter than one may take.
    agent: { keepAlive: true, timeout: Math.max(settings.maxConnectionIdleTimeMs, settings.readTimeoutMs) },
  }
}

function authentication(settings: Settings) {
  const { connectionApiKey: apiKey, connectionUsername: username, connectionPassword: password } = settings
  if (apiKey) return { auth: { apiKey } }
  return username ? { auth: { username, password: password ?? '' } } : {}
}

function proxyUrl(settings: Settings): URL | undefined {
  if (settings.proxyHost === '') return undefined
  const url = new URL(`http://${settings.proxyHost}:${settings.proxyPort}`)
  url.username = encodeURIComponent(settings.proxyUsername)
  url.password = encodeURIComponent(settings.proxyPassword ?? '')
  return url
}
