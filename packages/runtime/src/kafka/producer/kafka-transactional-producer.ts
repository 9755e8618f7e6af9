import { Cluster } from '../cluster.ts'
import type {
  KafkaOptions,
  OutgoingRecord,
  ProducerIdentity,
  TransactionalProducer,
  TransactionalProducerOptions,
} from '../types.ts'
import type { ProducerConfig } from './config.ts'
import { KafkaProducer } from './kafka-producer.ts'
import { TransactionCoordinator } from './transaction-coordinator.ts'
import { Transaction } from './transaction.ts'

const closeWithinMs = 5000

/** The transactional producer of `types.ts`: an ordinary one whose batches wait for their transaction. */
export class KafkaTransactionalProducer<R extends OutgoingRecord> implements TransactionalProducer<R> {
  readonly #transaction: Transaction
  readonly #producer: KafkaProducer<R>
  readonly #closing: AbortSignal

  constructor(
    config: ProducerConfig,
    options: Omit<TransactionalProducerOptions<R>, 'settings'> & { readonly log: KafkaOptions['log'] },
  ) {
    const { transactionalId, delivered, log } = options
    const { transactionTimeoutMs, client } = config
    const cluster = new Cluster(client)
    this.#closing = cluster.signal
    this.#transaction = new Transaction(
      new TransactionCoordinator({ cluster, transactionalId, transactionTimeoutMs, log }),
    )
    this.#producer = new KafkaProducer(config, { delivered, log, cluster, transaction: this.#transaction })
  }

  get identity(): ProducerIdentity | undefined {
    return this.#transaction.identity
  }

  init(
    how: { readonly last?: ProducerIdentity | undefined; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    return this.#transaction.init({ last: how.last, signal: how.signal ?? this.#closing })
  }

  begin(): void {
    this.#transaction.begin()
  }

  async send(records: readonly R[], call: { signal?: AbortSignal } = {}): Promise<void> {
    this.#transaction.requireOpen()
    await this.#producer.send(records, call)
  }

  async commit(call: { signal?: AbortSignal } = {}): Promise<void> {
    this.#transaction.beginEnd()
    await this.#producer.flush(call)
    await this.#transaction.commit(call.signal ?? this.#closing)
  }

  async abort(call: { signal?: AbortSignal } = {}): Promise<void> {
    this.#transaction.beginEnd()
    await this.#producer.flush(call)
    await this.#producer.idle()
    await this.#transaction.abort(call.signal ?? this.#closing)
  }

  /** A transaction that is still open is aborted, so that readers need not wait until it has timed out. */
  async close(call: { timeoutMs?: number } = {}): Promise<void> {
    const { timeoutMs = closeWithinMs } = call
    const { state } = this.#transaction
    if (timeoutMs > 0 && (state === 'open' || state === 'doomed' || state === 'ending'))
      await this.#abortWithin(timeoutMs)
    await this.#producer.close({ timeoutMs: 0 })
  }

  async #abortWithin(ms: number): Promise<void> {
    const signal = AbortSignal.timeout(ms)
    const late = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    )
    await Promise.race([this.abort({ signal }).catch(() => {}), late])
  }
}
