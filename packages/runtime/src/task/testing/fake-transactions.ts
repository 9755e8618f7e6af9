import {
  KafkaError,
  type OutgoingRecord,
  type ProducerIdentity,
  type TransactionalProducer,
  type TransactionalProducerOptions,
} from '../../kafka/types.ts'

/** What a cluster in memory knows of transactions. */
export interface FakeCoordinator {
  /** The newest epoch of each transactional id. */
  readonly epochs: Map<string, number>
  /** What becomes of the next commits: they reject with this, done or not. */
  readonly commitFates: Array<{ readonly error: KafkaError; readonly done: boolean }>
  refuse(record: OutgoingRecord): KafkaError | undefined
  append(record: OutgoingRecord): void
  /** Each transaction that was ended, as the values of its records. */
  readonly transactions: Array<{ readonly committed: boolean; readonly values: readonly string[] }>
}

/** A transactional producer of that cluster: records are in their topics once they are committed. */
export class FakeTransactions<R extends OutgoingRecord> implements TransactionalProducer<R> {
  readonly #cluster: FakeCoordinator
  readonly #options: TransactionalProducerOptions<R>
  #epoch = -1
  #open: R[] | undefined
  #error: KafkaError | undefined

  constructor(cluster: FakeCoordinator, options: TransactionalProducerOptions<R>) {
    this.#cluster = cluster
    this.#options = options
  }

  get identity(): ProducerIdentity | undefined {
    return this.#epoch < 0 ? undefined : { producerId: 1n, producerEpoch: this.#epoch }
  }

  async init({ last }: { readonly last?: ProducerIdentity | undefined } = {}): Promise<void> {
    const { epochs } = this.#cluster
    const newest = epochs.get(this.#options.transactionalId) ?? -1
    if (last && last.producerEpoch !== newest) throw fenced()
    this.#epoch = newest + 1
    epochs.set(this.#options.transactionalId, this.#epoch)
  }

  begin(): void {
    if (this.#open) throw new Error('A transaction is open already.')
    this.#open = []
  }

  async send(records: readonly R[]): Promise<void> {
    if (this.#error) throw this.#error
    if (!this.#open) throw new Error('No transaction is open.')
    this.#open.push(...records)
    for (const record of records) queueMicrotask(() => this.#deliver(record))
  }

  async commit(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    if (this.#cluster.epochs.get(this.#options.transactionalId) !== this.#epoch) this.#error = fenced()
    if (this.#error) throw this.#error
    const fate = this.#cluster.commitFates.shift()
    if (fate === undefined || fate.done) this.#end(true)
    if (fate) throw (this.#error = fate.error)
  }

  async abort(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#end(false)
  }

  async close(): Promise<void> {
    if (this.#open) this.#end(false)
  }

  #end(committed: boolean): void {
    const records = this.#open ?? []
    if (committed) for (const record of records) this.#cluster.append(record)
    const values = records.map(({ value }) => Buffer.from(value ?? 'null').toString())
    this.#cluster.transactions.push({ committed, values })
    this.#open = undefined
  }

  #deliver(record: R): void {
    const refusal = this.#error ? undefined : this.#cluster.refuse(record)
    const error = this.#error ?? refusal
    if (refusal) this.#error = failed(refusal)
    if (error) this.#options.delivered({ records: [record], error })
    else this.#options.delivered({ records: [record], partition: 0, baseOffset: -1n })
  }
}

/** Of what is not to blame. */
function failed(cause: KafkaError): KafkaError {
  const { retriable } = cause
  return new KafkaError('The transaction failed.', { code: 'TRANSACTION_FAILED', retriable, cause })
}

function fenced(): KafkaError {
  return new KafkaError('Another worker runs this task now.', { code: 'PRODUCER_FENCED', retriable: false })
}
