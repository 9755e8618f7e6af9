import { asKafkaError } from '../errors.ts'
import type { KafkaError, KafkaOptions, OutgoingRecord } from '../types.ts'
import type { Identity } from './identity.ts'
import type { PartitionQueue } from './partition-queue.ts'

/** Under what batches are numbered. */
export interface Numbering {
  /** False: batches are not numbered, so that only one per partition may be in flight. */
  readonly idempotent: boolean
  /** Sees that the queue's next batch can be numbered; false while it can't. */
  give<R extends OutgoingRecord>(queue: PartitionQueue<R>): boolean
  /** This user may not send numbered batches. */
  without(error: KafkaError): void
}

export interface IdentitiesOptions {
  readonly idempotent: boolean
  readonly newIdentity: () => Promise<Identity>
  /** There is one, or there will be none. */
  readonly changed: () => void
  readonly failed: (error: KafkaError) => void
  readonly log: KafkaOptions['log']
}

/** The producer ids of a producer: one for all partitions, until one of them needs another. */
export class Identities implements Numbering {
  readonly #options: IdentitiesOptions
  #idempotent: boolean
  #identity: Identity | undefined
  #asking = false

  constructor(options: IdentitiesOptions) {
    this.#options = options
    this.#idempotent = options.idempotent
  }

  get idempotent(): boolean {
    return this.#idempotent
  }

  /** Gives the queue a producer id that it hasn't used yet, where it needs one; false while there is none. */
  give<R extends OutgoingRecord>(queue: PartitionQueue<R>): boolean {
    if (!this.#idempotent || queue.identity) return true
    if (this.#identity && !isSame(this.#identity, queue.spent)) {
      queue.useIdentity(this.#identity)
      return true
    }
    if (!this.#asking) void this.#ask()
    return false
  }

  async #ask(): Promise<void> {
    this.#asking = true
    try {
      this.#identity = await this.#options.newIdentity()
    } catch (error) {
      this.without(asKafkaError(error, 'asking for a producer id'))
    }
    this.#asking = false
    this.#options.changed()
  }

  /** Goes on without producer ids where this user may have none; any other error is passed on. */
  without(error: KafkaError): void {
    if (error.code !== 'CLUSTER_AUTHORIZATION_FAILED') return this.#options.failed(error)
    if (!this.#idempotent) return
    this.#idempotent = false
    this.#options.log.warn(
      'This user may not write idempotently: producing goes on with one request in flight per partition, and a retry can make duplicates. ' +
        'Grant IDEMPOTENT_WRITE on the cluster (IAM: kafka-cluster:WriteDataIdempotently).',
    )
  }
}

function isSame(one: Identity, other: Identity | undefined): boolean {
  return one.producerId === other?.producerId && one.producerEpoch === other.producerEpoch
}
