import type { ClientConfig, HostPort } from '../client-config.ts'
import type { KafkaReach } from '../types.ts'
import { saslOptions } from './sasl-settings.ts'
import { maxTimerMs, type SettingReader } from './setting-reader.ts'
import { tlsOptions } from './tls-settings.ts'

export { maxTimerMs }

const server = /^(?:[\w%.-]*:\/\/)?\[?([\w%.:-]+?)\]?:(\d{1,5})$/

/** What all clients share, with the JVM's defaults. What is wrong is left in the reader. */
export function clientConfig(reader: SettingReader, reach: KafkaReach): ClientConfig {
  const protocol = reader.oneOf('security.protocol', 'PLAINTEXT', [
    'PLAINTEXT',
    'SSL',
    'SASL_PLAINTEXT',
    'SASL_SSL',
  ])
  const sasl = protocol.startsWith('SASL_') ? saslOptions(reader, reach) : undefined
  const idleMs = reader.integer('connections.max.idle.ms', { fallback: 540_000, least: -1 })
  return {
    bootstrap: bootstrap(reader),
    ...rediscovery(reach),
    clientId: reader.text('client.id', 'sluice'),
    ...(protocol.endsWith('SSL') ? { tls: tlsOptions(reader) } : {}),
    ...(sasl ? { sasl } : {}),
    requestTimeoutMs: reader.ms('request.timeout.ms', 30_000),
    connectionSetupTimeoutMs: reader.ms('socket.connection.setup.timeout.ms', 10_000),
    connectionsMaxIdleMs: Math.min(maxTimerMs, Math.max(0, idleMs)),
    reconnectBackoffMs: reader.ms('reconnect.backoff.ms', 50),
    reconnectBackoffMaxMs: reader.ms('reconnect.backoff.max.ms', 1000),
    retryBackoffMs: reader.ms('retry.backoff.ms', 100),
    retryBackoffMaxMs: reader.ms('retry.backoff.max.ms', 1000),
    metadataMaxAgeMs: reader.ms('metadata.max.age.ms', 300_000),
  }
}

function bootstrap(reader: SettingReader): HostPort[] {
  const servers = reader.list('bootstrap.servers')
  if (servers.length === 0) reader.issue('bootstrap.servers', 'is missing: host:port of one or more brokers')
  return servers.flatMap((text) => {
    const address = addressIn(text)
    if (address) return [address]
    reader.issue('bootstrap.servers', `holds '${text}', which is no host:port`)
    return []
  })
}

function rediscovery({ rediscover }: KafkaReach): Pick<ClientConfig, 'rediscover'> {
  if (!rediscover) return {}
  return {
    rediscover: async () => {
      const texts = (await rediscover()).split(',').map((text) => text.trim())
      return texts.flatMap((text) => addressIn(text) ?? [])
    },
  }
}

function addressIn(text: string): HostPort | undefined {
  const [, host, port] = server.exec(text) ?? []
  return host !== undefined && Number(port) > 0 && Number(port) < 65536
    ? { host, port: Number(port) }
    : undefined
}
