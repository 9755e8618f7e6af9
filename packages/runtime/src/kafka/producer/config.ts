import type { ClientConfig } from '../client-config.ts'
import type { Codec } from '../codecs.ts'

/** What a producer does, read from the JVM's settings once. */
export interface ProducerConfig {
  readonly client: ClientConfig
  readonly acks: -1 | 0 | 1
  readonly idempotent: boolean
  readonly codec: Codec | undefined
  readonly lingerMs: number
  readonly batchBytes: number
  readonly bufferBytes: number
  readonly maxRequestBytes: number
  /** Requests in flight per broker. Of one partition: up to 5 if idempotent, else 1. */
  readonly maxInFlight: number
  readonly deliveryTimeoutMs: number
  readonly maxBlockMs: number
  readonly retries: number
  /** Of a transactional producer: after so long the coordinator aborts a transaction. */
  readonly transactionTimeoutMs: number
}
