import { type Kafka, KafkaError } from '../../kafka/types.ts'
import { stateProducer, writeTimeoutMs } from './compacted-log.ts'
import { type KeyedRecord, RecordWriter } from './record-writer.ts'

/** Writes as the leader: brokers refuse what it writes as soon as another one has written. */
export interface LeaderWriter {
  /** Resolves once all are acknowledged. Rejects with the first KafkaError (PRODUCER_FENCED: another worker leads): some may have arrived. */
  write(records: readonly KeyedRecord[]): Promise<void>
  close(): Promise<void>
}

export interface LeaderWriterOptions {
  readonly kafka: Pick<Kafka, 'producer' | 'transactionalProducer'>
  readonly topic: string
  readonly groupId: string
  /** Each write is one transaction: readers of what is committed see all of it or nothing (`exactly.once.source.support`). */
  readonly transactional: boolean
}

/**
 * The transactional id of a cluster's leader, as Kafka Connect names it: so that leaders of both kinds fence each other, and what a user may do
 * there is enough here.
 */
export const leaderId = (groupId: string): string => `connect-cluster-${groupId}`

/** Takes the cluster's id over with its first write; who had it before writes no more from then on. */
export function openLeaderWriter(options: LeaderWriterOptions): LeaderWriter {
  const { groupId, transactional } = options
  const writer = transactional ? transactions(options) : plainWrites(options)
  return {
    async write(records) {
      try {
        await writer.write(records)
      } catch (error) {
        throw isFenced(error) ? fenced(groupId, error) : error
      }
    },
    close: () => writer.close(),
  }
}

/** Nothing waits for what is on its way when it is closed. */
function plainWrites({ kafka, topic, groupId }: LeaderWriterOptions): LeaderWriter {
  const writer = new RecordWriter(topic, (delivered) =>
    kafka.producer({ settings: stateProducer, delivered, fencingId: async () => leaderId(groupId) }),
  )
  return { write: (records) => writer.write(records), close: () => writer.close({ timeoutMs: 0 }) }
}

function transactions({ kafka, topic, groupId }: LeaderWriterOptions): LeaderWriter {
  const producer = kafka.transactionalProducer({
    settings: stateProducer,
    // what isn't delivered fails the commit
    delivered: () => {},
    transactionalId: leaderId(groupId),
  })
  return {
    async write(records) {
      const signal = AbortSignal.timeout(writeTimeoutMs)
      try {
        if (producer.identity === undefined) await producer.init({ signal })
        producer.begin()
        await producer.send(
          records.map((record) => ({ topic, ...record })),
          { signal },
        )
        await producer.commit({ signal })
      } catch (error) {
        throw error instanceof KafkaError ? error : timedOut(topic, error)
      }
    },
    close: () => producer.close({ timeoutMs: 0 }),
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

function timedOut(topic: string, cause: unknown): KafkaError {
  return new KafkaError(
    `Writing to ${topic} took longer than ${writeTimeoutMs} ms; whether it is there shows once a leader writes again.`,
    { code: 'TIMEOUT', retriable: true, cause },
  )
}
