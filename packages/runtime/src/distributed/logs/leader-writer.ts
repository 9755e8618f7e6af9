import { type Kafka, KafkaError } from '../../kafka/types.ts'
import { stateProducer } from './compacted-log.ts'
import { type KeyedRecord, RecordWriter } from './record-writer.ts'

/** Writes as the leader: brokers refuse what it writes as soon as another one has written. */
export interface LeaderWriter {
  /** Resolves once all are acknowledged. Rejects with the first KafkaError (PRODUCER_FENCED: another worker leads): some may have arrived. */
  write(records: readonly KeyedRecord[]): Promise<void>
  close(): Promise<void>
}

export interface LeaderWriterOptions {
  readonly kafka: Pick<Kafka, 'producer'>
  readonly topic: string
  readonly groupId: string
}

/**
 * The transactional id of a cluster's leader, as Kafka Connect names it: so that leaders of both kinds fence each other, and what a user may do
 * there is enough here.
 */
export const leaderId = (groupId: string): string => `connect-cluster-${groupId}`

/** Takes the cluster's id over with its first write; who had it before writes no more from then on. */
export function openLeaderWriter({ kafka, topic, groupId }: LeaderWriterOptions): LeaderWriter {
  const writer = new RecordWriter(topic, (delivered) =>
    kafka.producer({ settings: stateProducer, delivered, fencingId: async () => leaderId(groupId) }),
  )
  return {
    async write(records) {
      try {
        await writer.write(records)
      } catch (error) {
        throw isFenced(error) ? fenced(groupId, error) : error
      }
    },
    // what is on its way has no reader who would wait for it
    close: () => writer.close({ timeoutMs: 0 }),
  }
}

function isFenced(error: unknown): error is KafkaError {
  return error instanceof KafkaError && error.code === 'PRODUCER_FENCED'
}

function fenced(groupId: string, cause: KafkaError): KafkaError {
  return new KafkaError(
    `Another worker leads the cluster ${groupId} now, and brokers take what it writes alone. Ask that one.`,
    { code: cause.code, retriable: false, cause },
  )
}
