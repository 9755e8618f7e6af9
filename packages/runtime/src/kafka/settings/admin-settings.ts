import type { AdminConfig } from '../kafka-admin.ts'
import type { KafkaReach } from '../types.ts'
import { refuseSettings } from './classify.ts'
import { clientConfig } from './client-settings.ts'
import { SettingReader, type Settings } from './setting-reader.ts'

/** Throws one KafkaError (CONFIG) with everything that is wrong. */
export function adminConfig(settings: Settings, reach: KafkaReach): AdminConfig {
  const reader = new SettingReader(settings)
  const config = {
    client: clientConfig(reader, reach),
    apiTimeoutMs: reader.ms('default.api.timeout.ms', 60_000),
  }
  refuseSettings(reader, settings, 'admin')
  reader.done('the Kafka admin client')
  return config
}
