import { backoffMs } from '../backoff.ts'
import type { Cluster } from '../cluster.ts'
import { asKafkaError } from '../errors.ts'
import { sleep } from '../sleep.ts'
import { Trouble } from '../trouble.ts'
import { KafkaError, type KafkaOptions } from '../types.ts'
import { initProducerId, type ProducerId } from './init-producer-id.ts'

/** Under what a producer's batches are numbered. Each is used for a partition's numbers once. */
export interface Identity extends ProducerId {
  /** The transactional id that the producer id stands for; absent: it stands for this producer alone. */
  readonly fencingId?: string
  /** When to ask for another, in `performance.now()` milliseconds. */
  readonly renewAt: number
}

/** Coordinators forget a transactional id that asks for nothing for `transactional.id.expiration.ms`: 7 days by default. */
const renewAfterMs = 24 * 3_600_000
/** So long a cluster may fail to name the coordinator of transactional ids: some can't make the topic for them. */
const coordinatorPatienceMs = 60_000

const noFencing = new Set(['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'UNSUPPORTED_VERSION'])
const fencedCodes = new Set(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH'])

export interface IdentitySourceOptions {
  readonly cluster: Cluster
  readonly log: KafkaOptions['log']
  readonly fencingId?: (() => Promise<string>) | undefined
}

/** Asks brokers for the identities of one producer. */
export class IdentitySource {
  readonly #cluster: Cluster
  readonly #log: KafkaOptions['log']
  #fencingId: (() => Promise<string>) | undefined
  #last: Identity | undefined

  constructor({ cluster, log, fencingId }: IdentitySourceOptions) {
    this.#cluster = cluster
    this.#log = log
    this.#fencingId = fencingId
  }

  /** A new identity. Waits as long as brokers can't give one; rejects with what isn't retriable, PRODUCER_FENCED where another has taken over. */
  async next(): Promise<Identity> {
    const trouble = new Trouble('Asking for a producer id', { log: this.#log })
    const { retryBackoffMs: first, retryBackoffMaxMs: max } = this.#cluster.config
    const startedAt = performance.now()
    for (let attempt = 0; ; attempt += 1) {
      try {
        this.#last = await this.#ask()
        return this.#last
      } catch (error) {
        const kafkaError = asKafkaError(error, 'asking for a producer id')
        if (this.#doWithoutFencing(kafkaError, performance.now() - startedAt)) continue
        if (!kafkaError.retriable) throw kafkaError
        trouble.goesOn(kafkaError)
        await sleep(backoffMs({ first, max, attempt }), this.#cluster.signal)
      }
    }
  }

  async #ask(): Promise<Identity> {
    const fencingId = await this.#fencingId?.()
    if (fencingId === undefined) {
      const id = await this.#cluster.anyBroker((broker) => initProducerId(broker))
      return { ...id, renewAt: Number.POSITIVE_INFINITY }
    }
    const coordinator = await this.#cluster.transactionCoordinator(fencingId)
    try {
      const id = await initProducerId(coordinator, { transactionalId: fencingId, last: this.#last })
      return { ...id, fencingId, renewAt: performance.now() + renewAfterMs }
    } catch (error) {
      throw error instanceof KafkaError && fencedCodes.has(error.code) ? fencedError(fencingId, error) : error
    }
  }

  /** Only before the first identity: who has been fenced in must not step out. */
  #doWithoutFencing(error: KafkaError, triedMs: number): boolean {
    if (!this.#fencingId || this.#last) return false
    const never = error.code === 'COORDINATOR_NOT_AVAILABLE' && triedMs > coordinatorPatienceMs
    if (!never && !noFencing.has(error.code)) return false
    this.#fencingId = undefined
    this.#log.warn(
      { code: error.code },
      'Producing goes on without a transactional id: should this worker freeze while another takes over, records that were ' +
        `on their way may arrive late and out of order. ${error.message}`,
    )
    return true
  }
}

/** Somebody else was given the producer id since. */
export function fencedError(fencingId: string, cause: KafkaError | undefined): KafkaError {
  return new KafkaError(
    `Another worker runs this task now: it took over the transactional id ${fencingId}, and brokers take records from it alone. ` +
      'Keep one of the two workers; if that is this one, stop the other and restart this worker.',
    { code: 'PRODUCER_FENCED', retriable: false, cause },
  )
}
