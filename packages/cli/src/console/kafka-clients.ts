import { type KafkaClients, openKafkaClients } from '@sluice/runtime'
import { reachedKafka, stderrLogger } from '../dlq/connection.ts'
import type { KafkaFlags } from './kafka-flags.ts'

/** A person waits: what can't be reached is said soon. */
const patience = { 'default.api.timeout.ms': '15000', 'request.timeout.ms': '10000', 'max.block.ms': '15000' }

/** Clients of the Kafka that the flags name. Rejects with a UsageError that says what to give where they name none. */
export async function kafkaClients(flags: KafkaFlags): Promise<KafkaClients> {
  const bootstrapServers = flags.bootstrapServers ?? flags.bootstrapServer
  const reached = await reachedKafka({ ...flags, worker: flags.config, bootstrapServers })
  return openKafkaClients(reached, { log: stderrLogger, clientId: 'sluice-console', patience })
}
