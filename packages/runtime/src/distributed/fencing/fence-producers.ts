import type { Settings } from '../../config/settings.ts'
import type { KafkaReach } from '../../kafka/types.ts'
import { clientSettings } from '../../task/client-settings.ts'
import { under } from '../../transforms/opening.ts'
import type { HostServices } from '../../worker/in-process-host.ts'

export interface FenceProducersOptions {
  readonly worker: Settings
  readonly reach: KafkaReach
  readonly resolve: HostServices['resolve']
}

/** Fences transactional ids with the admin client that the connector has. */
export async function fenceProducers(
  transactionalIds: readonly string[],
  { connector, settings }: { readonly connector: string; readonly settings: Settings },
  { worker, reach, resolve }: FenceProducersOptions,
): Promise<void> {
  if (transactionalIds.length === 0) return
  const { createKafka } = await import('../../kafka/create-kafka.ts')
  const known = await resolve({ connector, settings, runs: false })
  const overrides = Object.fromEntries(under(known, 'admin.override.'))
  const { connection, client } = clientSettings({ role: 'admin', worker, overrides, defaults: {} })
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const admin = createKafka({ settings: connection, log: quiet, ...reach }).admin(client)
  try {
    await admin.fenceProducers(transactionalIds)
  } finally {
    await admin.close()
  }
}
