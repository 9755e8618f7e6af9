import type { ConnectionOptions, TlsOptions } from 'node:tls'
import type { WorkerConfig } from '../config/worker-fields.ts'
import { SettingReader } from '../kafka/settings/setting-reader.ts'
import { tlsOptions } from '../kafka/settings/tls-settings.ts'
import type { Settings } from '../config/settings.ts'

type TlsConfig = Pick<WorkerConfig, 'listenersHttps' | 'adminListenersHttps' | 'sslClientAuth'>

/**
 * TLS of https listeners: as `listeners.https.*` (or `admin.listeners.https.*`) say, or, where there is none of them, the worker's `ssl.*`, as in
 * Kafka Connect. Throws a KafkaError (CONFIG) with all that is wrong.
 */
export function serverTls(
  config: TlsConfig,
  worker: Settings,
  which: 'listeners' | 'admin.listeners',
): TlsOptions {
  const own = which === 'listeners' ? config.listenersHttps : config.adminListenersHttps
  const settings = settingsFor(own, worker)
  const reader = new SettingReader(settings)
  const { ca, cert, key, pfx, passphrase, minVersion, maxVersion } = tlsOptions(reader)
  const clients = reader.oneOf('ssl.client.auth', config.sslClientAuth, ['none', 'requested', 'required'])
  if (cert === undefined && pfx === undefined) {
    reader.issue('ssl.keystore.location', 'is missing: a server has to have a certificate and its key')
  }
  if (clients === 'required' && ca === undefined) {
    reader.issue('ssl.truststore.location', 'is missing: it says whose certificates of clients are good')
  }
  reader.done(`${which}.https`)
  return {
    ...defined({ ca, cert, key, pfx, passphrase, minVersion, maxVersion }),
    requestCert: clients !== 'none',
    rejectUnauthorized: clients === 'required',
  }
}

/** How this worker reaches others of its cluster that listen on https: it trusts what `listeners.https.*` trust, and shows its own certificate. */
export function clientTls(config: TlsConfig, worker: Settings): ConnectionOptions {
  const reader = new SettingReader(settingsFor(config.listenersHttps, worker))
  const options = tlsOptions(reader)
  reader.done('listeners.https')
  return options
}

function settingsFor(
  own: Readonly<Record<string, string>>,
  worker: Settings,
): Readonly<Record<string, string>> {
  if (Object.keys(own).length > 0) return own
  return Object.fromEntries([...worker].filter(([key]) => key.startsWith('ssl.')))
}

function defined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>
}
