import { type Settings, type SettingsInput, toSettings } from '../config/settings.ts'
import type { TokenFunction } from '../kafka/types.ts'

/** How to reach Kafka beside the worker's settings: what Amazon MSK's package returns, or a program of its own. */
export interface KafkaAccess {
  /** `host:port`, separated by commas, or a function that finds them when the worker starts. */
  readonly bootstrap?: string | (() => Promise<string>)
  /** Tokens for SASL/OAUTHBEARER. */
  readonly token?: TokenFunction
  /** Further client settings by the JVM's names (`security.protocol`, `sasl.jaas.config`, ...). */
  readonly settings?: SettingsInput
}

/** The worker's settings with those of the access put in. */
export async function withKafka(
  settings: Settings,
  kafka: string | KafkaAccess | undefined,
): Promise<Settings> {
  if (kafka === undefined) return settings
  const access: KafkaAccess = typeof kafka === 'string' ? { bootstrap: kafka } : kafka
  const all = new Map([...settings, ...toSettings(access.settings ?? {}, 'kafka.settings')])
  const { bootstrap } = access
  if (bootstrap === undefined) return all
  return all.set('bootstrap.servers', typeof bootstrap === 'string' ? bootstrap : await bootstrap())
}
