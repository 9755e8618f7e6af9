import type { Logger } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { TokenFunction } from '../kafka/types.ts'
import { clientSettings } from '../task/client-settings.ts'

export interface ClusterAccess {
  readonly worker: Settings
  readonly token?: TokenFunction
  readonly log: Logger
}

/** The id of the Kafka cluster. Rejects with a KafkaError where none answers, or where the client's settings are wrong. */
export async function askClusterId({ worker, token, log }: ClusterAccess): Promise<string> {
  const { createKafka } = await import('../kafka/create-kafka.ts')
  const { connection, client } = clientSettings({ role: 'admin', worker, overrides: {}, defaults: {} })
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const kafka = createKafka({ settings: connection, log: quiet, ...(token && { token }) })
  for (const warning of kafka.warnings) log.warn({ client: 'admin' }, warning)
  const admin = kafka.admin(client)
  try {
    return await admin.clusterId()
  } finally {
    await admin.close()
  }
}
