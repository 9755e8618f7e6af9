import { asKafkaError } from '../errors.ts'
import { KafkaError, type OutgoingRecord, type TopicPartition } from '../types.ts'
import { fencedError, type Identity } from './identity.ts'
import type { Numbering } from './identities.ts'
import type { ProducerId } from './init-producer-id.ts'
import type { PartitionQueue } from './partition-queue.ts'
import type { TransactionCoordinator } from './transaction-coordinator.ts'
import type { TransactionView } from './transaction-apis.ts'

/**
 * - `new`: the transactional id isn't ours yet. `ready`: no transaction is open.
 * - `open`, `ending`: records are sent.
 * - `doomed`: something of it has failed, so that it can only be aborted. `spent`: another producer has to go on.
 */
export type TransactionState = 'new' | 'ready' | 'open' | 'ending' | 'doomed' | 'spent'

/** What a producer does when its transaction changes. */
export interface TransactionWatcher {
  /** More may be sent than before. */
  readonly changed: () => void
  /** Nothing is sent any more. */
  readonly doomed: (error: KafkaError) => void
}

const fencedCodes = new Set(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH'])

/**
 * The transactions of one producer, one after the other. Invariant: no batch is sent outside of an open transaction, and after anything in it
 * that failed or stayed unclear no other one is begun under the same epoch: whoever goes on asks for a new one first (Jepsen, Bufstream 0.1.0).
 */
export class Transaction implements Numbering {
  readonly idempotent = true
  readonly #coordinator: TransactionCoordinator
  #watcher: TransactionWatcher | undefined
  #state: TransactionState = 'new'
  #identity: Identity | undefined
  /** KIP-890: each transaction has its own epoch. */
  #hasEpochs = false
  /** Something was or may have been written in it. */
  #used = false
  #error: KafkaError | undefined
  readonly #joined = new Set<string>()
  readonly #wanted = new Map<string, TopicPartition>()
  #joining = false

  constructor(coordinator: TransactionCoordinator) {
    this.#coordinator = coordinator
  }

  get id(): string {
    return this.#coordinator.transactionalId
  }

  /** Undefined: batches are of the first protocol. */
  get hasEpochs(): boolean {
    return this.#hasEpochs
  }

  get state(): TransactionState {
    return this.#state
  }

  /** Why it can't be committed any more. */
  get error(): KafkaError | undefined {
    return this.#error
  }

  get identity(): ProducerId | undefined {
    return this.#identity
  }

  watch(watcher: TransactionWatcher): void {
    this.#watcher = watcher
  }

  /**
   * Takes the transactional id over. `last`: only if nobody else has done so since whoever asks held that epoch; else it rejects with PRODUCER_FENCED.
   */
  async init(how: { readonly last: ProducerId | undefined; readonly signal: AbortSignal }): Promise<void> {
    const { last, signal } = how
    if (last) {
      const view = await this.#coordinator.describe(signal)
      if (view && !isStillOf(last, view)) throw fencedError(this.id, undefined)
    }
    this.#hasEpochs = await this.#coordinator.hasEpochs(signal)
    this.#use(await this.#coordinator.init(signal))
    this.#state = 'ready'
  }

  begin(): void {
    if (this.#state !== 'ready') throw this.#outOfTurn('begin a transaction')
    this.#state = 'open'
  }

  /** Throws unless records may be sent. */
  requireOpen(): void {
    if (this.#error) throw this.#error
    if (this.#state !== 'open') throw this.#outOfTurn('send')
  }

  /** Only what was sent so far is still to come. */
  beginEnd(): void {
    if (this.#state === 'open') this.#state = 'ending'
    else if (this.#state !== 'doomed') throw this.#outOfTurn('end a transaction')
  }

  give<R extends OutgoingRecord>(queue: PartitionQueue<R>): boolean {
    const identity = this.#identity
    if (!identity || (this.#state !== 'open' && this.#state !== 'ending') || !this.#join(queue)) return false
    if (queue.identity !== identity) queue.useIdentity(identity)
    return true
  }

  /** This user may not write so. */
  without(error: KafkaError): void {
    this.doom(error)
  }

  /** Something of the transaction has failed. The first failure counts. */
  doom(cause: KafkaError): void {
    if (this.#error || this.#state === 'new' || this.#state === 'ready') return
    this.#error = failedError(this.id, cause)
    this.#state = 'doomed'
    this.#watcher?.doomed(this.#error)
  }

  /** All of it is acknowledged. Rejects with what it failed of: then it isn't known whether it was committed, unless it was doomed before. */
  async commit(signal: AbortSignal): Promise<void> {
    if (this.#error) throw this.#error
    await this.#end({ committed: true, signal })
  }

  /** Nothing of it is in flight any more. */
  async abort(signal: AbortSignal): Promise<void> {
    const { state } = this
    await this.#end({ committed: false, signal })
    // Under the first protocol numbers may have been left out, and a late batch would still be of the same epoch.
    if (state === 'doomed') this.#state = 'spent'
  }

  async #end(how: { readonly committed: boolean; readonly signal: AbortSignal }): Promise<void> {
    try {
      if (this.#used) await this.#tellEnd(how)
      this.#joined.clear()
      this.#wanted.clear()
      this.#used = false
      this.#state = 'ready'
    } catch (error) {
      const kafkaError = failedError(this.id, asKafkaError(error, `ending a transaction of ${this.id}`))
      this.#error ??= kafkaError
      this.#state = 'spent'
      throw kafkaError
    }
  }

  async #tellEnd({ committed, signal }: { committed: boolean; signal: AbortSignal }): Promise<void> {
    const identity = this.#identity!
    if (this.#hasEpochs) this.#use(await this.#coordinator.endWithEpoch(identity, { committed, signal }))
    else await this.#coordinator.end(identity, committed)
  }

  #use(id: ProducerId): void {
    this.#identity = { ...id, fencingId: this.id, renewAt: Number.POSITIVE_INFINITY }
  }

  /** Is the partition one of the transaction's? If not it becomes one, where the coordinator has to be told of it first. */
  #join({ topic, partition }: TopicPartition): boolean {
    this.#used = true
    if (this.#hasEpochs) return true
    const key = `${topic} ${partition}`
    if (this.#joined.has(key)) return true
    this.#wanted.set(key, { topic, partition })
    if (!this.#joining) void this.#joinWanted()
    return false
  }

  async #joinWanted(): Promise<void> {
    this.#joining = true
    // partitions that are met in the same turn go together
    await Promise.resolve()
    try {
      while (this.#wanted.size > 0) {
        const wanted = [...this.#wanted]
        await this.#coordinator.addPartitions(
          this.#identity!,
          wanted.map(([, one]) => one),
        )
        for (const [key] of wanted) {
          this.#joined.add(key)
          this.#wanted.delete(key)
        }
        this.#watcher?.changed()
      }
    } catch (error) {
      this.doom(asKafkaError(error, `adding partitions to a transaction of ${this.id}`))
    } finally {
      this.#joining = false
    }
  }

  #outOfTurn(what: string): Error {
    return new Error(`The producer of transactional id ${this.id} can't ${what}: it is ${this.#state}.`)
  }
}

/** Nobody else asked for the id: its epoch is the last one, or one more where the end of a transaction made it so. */
function isStillOf(last: ProducerId, { producerId, producerEpoch, state }: TransactionView): boolean {
  // out of epochs, the coordinator gives another producer id
  if (producerId !== last.producerId) return last.producerEpoch >= 0x7ffe
  if (producerEpoch === last.producerEpoch) return true
  return producerEpoch === last.producerEpoch + 1 && /^(Prepare|Complete)/.test(state)
}

/**
 * As an error of everything in the transaction, which says of no record that it is to blame. `retriable`: another producer of the id may run all of it again.
 */
function failedError(id: string, cause: KafkaError): KafkaError {
  if (fencedCodes.has(cause.code)) {
    const why = `another worker took over the transactional id ${id}, or its transaction lasted longer than transaction.timeout.ms`
    return new KafkaError(`Kafka takes no more of a transaction: ${why}.`, {
      code: 'PRODUCER_FENCED',
      retriable: false,
      cause,
    })
  }
  return new KafkaError(`A transaction of ${id} failed: ${cause.message}`, {
    code: 'TRANSACTION_FAILED',
    retriable: cause.retriable || renewableCodes.has(cause.code),
    cause,
  })
}

/** Of the producer's state at the brokers: a new epoch begins afresh. */
const renewableCodes = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
  'TRANSACTION_ABORTABLE',
  'TRANSACTION_COORDINATOR_FENCED',
])
