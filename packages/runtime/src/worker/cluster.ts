import type { Settings } from '../config/settings.ts'
import type { KafkaReach } from '../kafka/types.ts'
import { clientSettings } from '../task/client-settings.ts'

export interface Cluster {
  /** Rejects with a KafkaError where no broker answers. */
  id(): Promise<string>
}

/** Whoever asks waits, and hears of it if no broker is to be reached. */
const answerWithinMs = '5000'

/** The worker's own way to Kafka. Nothing is connected before it is asked; wrong settings of clients are a KafkaError (CONFIG) at once. */
export async function reachCluster(
  worker: Settings,
  reach: KafkaReach,
  withinMs: string = answerWithinMs,
): Promise<Cluster> {
  const { createKafka } = await import('../kafka/create-kafka.ts')
  const { connection, client } = clientSettings({
    role: 'admin',
    worker,
    overrides: { 'default.api.timeout.ms': withinMs },
    defaults: {},
  })
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const kafka = createKafka({ settings: connection, log: quiet, ...reach })
  return {
    async id() {
      const admin = kafka.admin(client)
      try {
        return await admin.clusterId()
      } finally {
        await admin.close()
      }
    },
  }
}
