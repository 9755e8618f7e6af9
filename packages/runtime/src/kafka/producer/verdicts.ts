import { backoffMs } from '../backoff.ts'
import { protocolError, timeoutError } from '../errors.ts'
import { Trouble } from '../trouble.ts'
import { KafkaError, type KafkaOptions, type OutgoingRecord } from '../types.ts'
import type { Batch } from './batch.ts'
import type { ProducerConfig } from './config.ts'
import { fencedError } from './identity.ts'
import { needsMetadata, outcomeOf } from './outcome.ts'
import type { PartitionQueue } from './partition-queue.ts'
import type { ProduceResult } from './produce-api.ts'
import type { TopicTable } from './topic-table.ts'

/** How a batch ended: at an offset (-1: not known), or not. */
export type Ending = { readonly baseOffset: bigint } | { readonly error: KafkaError }

/** A batch on its way. */
export interface Piece<R extends OutgoingRecord> {
  readonly queue: PartitionQueue<R>
  readonly batch: Batch<R>
  readonly bytes: Buffer
}

export interface VerdictsOptions<R extends OutgoingRecord> {
  readonly config: ProducerConfig
  readonly topics: Pick<TopicTable, 'refresh'>
  readonly settled: (queue: PartitionQueue<R>, batch: Batch<R>, ending: Ending) => void
  /** All or nothing is wanted: a batch that failed is not gone on without. */
  readonly transactional: boolean
  /** Another producer has taken over: nothing that this one sends is taken any more. */
  readonly fenced: (error: KafkaError) => void
  /** This user may not send numbered batches. */
  readonly unnumbered: (error: KafkaError) => void
  readonly log: KafkaOptions['log']
}

/** Decides what becomes of batches after an answer, the lack of one, or too long a time. */
export class Verdicts<R extends OutgoingRecord> {
  readonly #options: VerdictsOptions<R>
  readonly #trouble: Trouble

  constructor(options: VerdictsOptions<R>) {
    this.#options = options
    this.#trouble = new Trouble('Producing', options)
  }

  answered(piece: Piece<R>, result: ProduceResult | undefined): void {
    const { queue, batch } = piece
    if (batch.state === 'settled') return
    if (!result)
      return this.unanswered(piece, timeoutError(`The broker left ${queue.topic}-${queue.partition} out.`))
    const first = queue.unsettled[0] === batch
    const { errorCode, baseOffset } = result
    if (needsMetadata(errorCode)) this.#options.topics.refresh(queue.topic)
    const { identity } = queue
    const sent = { first, records: batch.records.length, numbered: identity !== undefined }
    switch (outcomeOf(errorCode, { ...sent, fenced: identity?.fencingId !== undefined })) {
      case 'done':
        this.#trouble.over()
        return this.#settle(queue, batch, { baseOffset })
      case 'again':
        return this.#again(queue, batch, errorIn(queue, errorCode))
      case 'renew':
        return this.#renew(queue, batch, errorCode)
      case 'split':
        return this.#split(queue, batch)
      case 'unnumbered':
        batch.state = 'again'
        queue.renew()
        return this.#options.unnumbered(errorIn(queue, errorCode))
      case 'fenced':
        return this.#options.fenced(fencedError(identity?.fencingId ?? '', errorIn(queue, errorCode)))
      case 'failed':
        return this.#fail(queue, batch, result)
    }
  }

  unanswered({ queue, batch }: Piece<R>, error: KafkaError): void {
    if (batch.state === 'settled') return
    this.#options.topics.refresh(queue.topic)
    if (error.retriable) this.#again(queue, batch, error)
    else this.failQueue(queue, error)
  }

  #again(queue: PartitionQueue<R>, batch: Batch<R>, error: KafkaError): void {
    if (batch.attempts > this.#options.config.retries) return this.failQueue(queue, error)
    batch.state = 'again'
    const { retryBackoffMs: first, retryBackoffMaxMs: max } = this.#options.config.client
    queue.retryAt = performance.now() + backoffMs({ first, max, attempt: batch.attempts - 1 })
    this.#trouble.goesOn(error)
  }

  #renew(queue: PartitionQueue<R>, batch: Batch<R>, errorCode: number): void {
    const error = errorIn(queue, errorCode)
    const { config, transactional } = this.#options
    if (transactional || batch.attempts > config.retries) return this.failQueue(queue, error)
    batch.state = 'again'
    if (!queue.renewing && !queue.gap) {
      this.#options.log.warn(
        { topic: queue.topic, partition: queue.partition, code: error.code },
        'The broker lost track of this producer: it goes on under a new producer id. Acknowledged records may be lost if a replica that was not in sync became the leader.',
      )
    }
    queue.renew()
  }

  #split(queue: PartitionQueue<R>, batch: Batch<R>): void {
    const half = Math.ceil(batch.records.length / 2)
    const pieces = batch.split((index) => (index < half ? 0 : 1))
    queue.replace(batch, pieces, this.#encoding)
  }

  get #encoding(): { readonly codec: ProducerConfig['codec']; readonly transactional: boolean } {
    const { config, transactional } = this.#options
    return { codec: config.codec, transactional }
  }

  #fail(queue: PartitionQueue<R>, batch: Batch<R>, result: ProduceResult): void {
    const cause = errorIn(queue, result.errorCode)
    const reasons = new Map(result.invalid.map(({ index, reason }) => [index, reason]))
    if (reasons.size === 0 || reasons.size === batch.records.length) {
      queue.gap = true
      return this.#settle(queue, batch, { error: withReason(cause, result.reason) })
    }
    // Only some records are to blame: the others are sent once more, without them.
    const pieces = batch.split((index) => (reasons.has(index) ? index : -1))
    let index = 0
    for (const piece of pieces) {
      const reason = reasons.get(index)
      if (reason !== undefined) piece.doom = withReason(cause, reason)
      index += piece.records.length
    }
    queue.replace(batch, pieces, this.#encoding)
    queue.renew()
    // With the first failure everything else of a transaction fails, each record that is to blame with its own error.
    const first = this.#options.transactional ? pieces.find(({ doom }) => doom) : undefined
    if (first?.doom) this.#settle(queue, first, { error: first.doom })
  }

  /** Batches that were given up before they were sent end in their turn, so that outcomes keep the order too. */
  settleDoomed(queue: PartitionQueue<R>): void {
    while (queue.unsettled.length === 0 && queue.queued[0]?.doom) {
      this.#settle(queue, queue.queued[0], { error: queue.queued[0].doom })
    }
  }

  /**
   * `delivery.timeout.ms`: what is behind such a batch must not arrive without it, so it fails too. Returns the milliseconds until
   * there is something to expire.
   */
  expire(queue: PartitionQueue<R>, now: number): number {
    const oldest = queue.unsettled[0] ?? queue.queued[0]
    if (!oldest) return Number.POSITIVE_INFINITY
    const { deliveryTimeoutMs } = this.#options.config
    const leftMs = oldest.createdAt + deliveryTimeoutMs - now
    if (leftMs > 0) return leftMs
    const where = `${queue.topic}-${queue.partition}`
    const problem = `were not acknowledged within delivery.timeout.ms (${deliveryTimeoutMs})`
    this.failQueue(queue, timeoutError(`Records for ${where} ${problem}.`))
    return Number.POSITIVE_INFINITY
  }

  /** Everything in the queue ends with this error; what comes later goes under another producer id. */
  failQueue(queue: PartitionQueue<R>, error: KafkaError): void {
    queue.renew()
    for (const batch of [...queue.unsettled, ...queue.queued]) {
      this.#settle(queue, batch, { error: batch.doom ?? error })
    }
  }

  #settle(queue: PartitionQueue<R>, batch: Batch<R>, ending: Ending): void {
    // The end of one batch of a transaction is the end of all.
    if (batch.state === 'settled') return
    queue.settled(batch, { acknowledged: 'baseOffset' in ending, now: performance.now() })
    this.#options.settled(queue, batch, ending)
  }
}

function errorIn({ topic, partition }: { topic: string; partition: number }, errorCode: number): KafkaError {
  return protocolError(errorCode, `producing to ${topic}-${partition}`)
}

function withReason(error: KafkaError, reason: string): KafkaError {
  if (reason === '') return error
  return new KafkaError(`${error.message} The broker says: ${reason}`, {
    code: error.code,
    retriable: false,
    cause: error,
  })
}
