import { backoffMs } from '../backoff.ts'
import type { Broker } from '../broker.ts'
import type { Cluster } from '../cluster.ts'
import { asKafkaError, protocolError } from '../errors.ts'
import { sleep } from '../sleep.ts'
import { Trouble } from '../trouble.ts'
import type { KafkaOptions, TopicPartition } from '../types.ts'
import { initProducerId, type ProducerId } from './init-producer-id.ts'
import {
  addPartitionsApi,
  describeTransactionApi,
  endTxnApi,
  endTxnWithEpochApi,
  speaksOfEpochs,
  type TransactionView,
} from './transaction-apis.ts'

export interface TransactionCoordinatorOptions {
  readonly cluster: Cluster
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
  readonly log: KafkaOptions['log']
}

/** The one before is still being written to its partitions: that takes milliseconds. */
const concurrentWaitMs = 10
const describeKey = describeTransactionApi.key

/**
 * Calls of one transactional id to the broker that coordinates it, which is looked for again when it isn't any more. What a broker says it hasn't done is tried
 * again; `unclear` says whether that may be done after no answer, too.
 */
export class TransactionCoordinator {
  readonly transactionalId: string
  readonly #options: TransactionCoordinatorOptions
  readonly #trouble: Trouble
  #broker: Broker | undefined

  constructor(options: TransactionCoordinatorOptions) {
    this.transactionalId = options.transactionalId
    this.#options = options
    this.#trouble = new Trouble(
      `Reaching the coordinator of transactional id ${options.transactionalId}`,
      options,
    )
  }

  /** The next epoch of the id. What somebody had open under it is aborted, and nobody else writes under it any more. */
  init(signal: AbortSignal): Promise<ProducerId> {
    const { transactionalId, transactionTimeoutMs } = this.#options
    return this.#call(
      (broker) => initProducerId(broker, { transactionalId, transactionTimeoutMs, last: undefined }),
      { unclear: 'again', signal },
    )
  }

  /** Is the second protocol to be spoken? */
  hasEpochs(signal: AbortSignal): Promise<boolean> {
    const { requestTimeoutMs } = this.#options.cluster.config
    return this.#call((broker) => speaksOfEpochs(broker, requestTimeoutMs), { unclear: 'again', signal })
  }

  /** Undefined where the broker can't say, before Kafka 3.0, or doesn't know the id. */
  describe(signal: AbortSignal): Promise<TransactionView | undefined> {
    const { transactionalId } = this
    return this.#call(
      async (broker) => {
        const { versions } = await broker.connection()
        if (!versions.has(describeKey)) return undefined
        const view = await broker.call(describeTransactionApi, { transactionalId })
        if (view.errorCode === unknownId) return undefined
        return succeeded(view, `looking at transactional id ${transactionalId}`)
      },
      { unclear: 'again', signal },
    )
  }

  async addPartitions(id: ProducerId, partitions: readonly TopicPartition[]): Promise<void> {
    const { transactionalId } = this
    await this.#call(
      async (broker) => {
        const errors = await broker.call(addPartitionsApi, { ...id, transactionalId, partitions })
        // where one is refused, the others are "not attempted"
        const errorCode = errors.find((code) => code !== 0 && code !== notAttempted) ?? 0
        succeeded({ errorCode }, `adding partitions to a transaction of ${transactionalId}`)
      },
      { unclear: 'fails' },
    )
  }

  /** First protocol: an end that went unanswered may come late, and end a later transaction. So it is made once. */
  async end(id: ProducerId, committed: boolean): Promise<void> {
    const { transactionalId } = this
    await this.#call(
      async (broker) =>
        succeeded(
          await broker.call(endTxnApi, { ...id, transactionalId, committed }),
          this.#ending(committed),
        ),
      { unclear: 'fails' },
    )
  }

  /** Second protocol: an end is of the transaction of its epoch and of no other. Returns the next epoch. */
  endWithEpoch(id: ProducerId, how: { committed: boolean; signal: AbortSignal }): Promise<ProducerId> {
    const { transactionalId } = this
    const { committed, signal } = how
    return this.#call(
      async (broker) => {
        const answer = await broker.call(endTxnWithEpochApi, { ...id, transactionalId, committed })
        const { producerId, producerEpoch } = succeeded(answer, this.#ending(committed))
        return { producerId, producerEpoch }
      },
      { unclear: 'again', signal },
    )
  }

  #ending(committed: boolean): string {
    return `${committed ? 'committing' : 'aborting'} a transaction of ${this.transactionalId}`
  }

  async #call<T>(
    use: (broker: Broker) => Promise<T>,
    how: { readonly unclear: 'again' | 'fails'; readonly signal?: AbortSignal },
  ): Promise<T> {
    const { cluster } = this.#options
    const signal = how.signal ? AbortSignal.any([how.signal, cluster.signal]) : cluster.signal
    const { retryBackoffMs: first, retryBackoffMaxMs: max } = cluster.config
    for (let attempt = 0; ; attempt += 1) {
      signal.throwIfAborted()
      let asked = false
      try {
        this.#broker ??= await cluster.transactionCoordinator(this.transactionalId)
        asked = true
        const answer = await use(this.#broker)
        this.#trouble.over()
        return answer
      } catch (error) {
        const kafkaError = asKafkaError(error, `asking about transactional id ${this.transactionalId}`)
        const isConcurrent = kafkaError.code === 'CONCURRENT_TRANSACTIONS'
        if (!isConcurrent) this.#broker = undefined
        const unclear = asked && (kafkaError.code === 'NETWORK' || kafkaError.code === 'TIMEOUT')
        if (!kafkaError.retriable || (unclear && how.unclear === 'fails')) throw kafkaError
        this.#trouble.goesOn(kafkaError)
        await sleep(isConcurrent ? concurrentWaitMs : backoffMs({ first, max, attempt }), signal)
      }
    }
  }
}

const notAttempted = 55
/** TRANSACTIONAL_ID_NOT_FOUND. */
const unknownId = 105

function succeeded<A extends { readonly errorCode: number }>(answer: A, doing: string): A {
  if (answer.errorCode !== 0) throw protocolError(answer.errorCode, doing)
  return answer
}
