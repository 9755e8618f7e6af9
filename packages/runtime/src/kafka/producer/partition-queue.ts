import type { Codec } from '../codecs.ts'
import type { OutgoingRecord } from '../types.ts'
import type { Batch } from './batch.ts'
import type { Identity } from './identity.ts'
import type { ProducerId } from './init-producer-id.ts'
import { encodeBatch } from './record-batch.ts'

const noIdentity: ProducerId = { producerId: -1n, producerEpoch: -1 }
/** Brokers remember the last five batches of a producer in a partition: as many may be unsettled. */
const maxUnsettled = 5
const maxSequence = 0x7fffffff
/** Brokers forget a producer id that is silent for `producer.id.expiration.ms`: a day by default. */
const forgottenAfterMs = 600_000

/**
 * The batches of one partition: those that have a sequence number and aren't settled, in order, and those that were never sent.
 *
 * What keeps the order: a batch is sent again only when nothing else of the partition is in flight, and nothing new is sent while one
 * waits to be sent again. Until a batch under a producer id was acknowledged, and after a long silence, one goes alone, for a broker that doesn't know the id
 * takes any number as the first.
 */
export class PartitionQueue<R extends OutgoingRecord> {
  readonly topic: string
  readonly partition: number
  readonly unsettled: Batch<R>[] = []
  readonly queued: Batch<R>[] = []
  /** Undefined: the next batch needs a new one. */
  identity: Identity | undefined
  /** The one before: it must not be used again here. */
  spent: Identity | undefined
  /** The numbers go on under a new identity as soon as nothing is in flight. */
  renewing = false
  /**
   * A number was given up, so nothing new is sent under this identity. What was sent before is tried on: after an answer that was lost it may be in
   * the log, and only under its number the broker knows it again.
   */
  gap = false
  retryAt = 0
  /** Whom the batches in flight were sent to. */
  leader = -1
  requestsInFlight = 0
  #nextSequence = 0
  #acknowledgedAt = Number.NEGATIVE_INFINITY

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  get empty(): boolean {
    return this.unsettled.length === 0 && this.queued.length === 0
  }

  /** The batch that may go to `leader` now. `ready` says of a queued one whether it need not wait for more records. */
  next(how: {
    readonly now: number
    readonly idempotent: boolean
    readonly leader: number
    readonly ready: (batch: Batch<R>) => boolean
  }): Batch<R> | undefined {
    const worn = this.gap || how.now > (this.identity?.renewAt ?? Number.POSITIVE_INFINITY)
    if (worn && this.unsettled.length === 0) this.renewing = true
    if (this.renewing) this.#renew()
    if (this.renewing) return undefined
    const again = this.unsettled.find((batch) => batch.state === 'again')
    if (again) return this.requestsInFlight === 0 ? again : undefined
    const head = this.gap ? undefined : this.queued[0]
    if (!head || head.doom || !how.ready(head)) return undefined
    const known = how.now - this.#acknowledgedAt < forgottenAfterMs
    const pipelined = how.idempotent && known && this.leader === how.leader
    return this.requestsInFlight < (pipelined ? maxUnsettled : 1) ? head : undefined
  }

  /** Numbers and encodes the head of the queue: it is now unsettled. */
  startHead(codec: Codec | undefined, transactional = false): void {
    const batch = this.queued.shift()
    if (!batch) return
    batch.closed = true
    this.unsettled.push(batch)
    this.#encode(batch, { sequence: this.#nextSequence, codec, transactional })
    this.#nextSequence = after(this.#nextSequence, batch.records.length)
  }

  useIdentity(identity: Identity): void {
    this.identity = identity
    this.#nextSequence = 0
    this.#acknowledgedAt = Number.NEGATIVE_INFINITY
  }

  settled(batch: Batch<R>, how: { acknowledged: boolean; now: number }): void {
    batch.state = 'settled'
    if (how.acknowledged) this.#acknowledgedAt = how.now
    remove(this.unsettled, batch)
    remove(this.queued, batch)
  }

  /** Puts the pieces where the batch was; each record keeps its number. */
  replace(
    batch: Batch<R>,
    pieces: readonly Batch<R>[],
    how: { readonly codec: Codec | undefined; readonly transactional: boolean },
  ): void {
    let sequence = batch.sent?.sequence ?? 0
    for (const piece of pieces) {
      this.#encode(piece, { ...how, sequence })
      piece.state = 'again'
      sequence = after(sequence, piece.records.length)
    }
    this.unsettled.splice(this.unsettled.indexOf(batch), 1, ...pieces)
    batch.state = 'settled'
  }

  /** Whatever isn't settled is numbered anew: for it surely isn't in the log. */
  renew(): void {
    this.renewing = true
  }

  #encode(
    batch: Batch<R>,
    {
      sequence,
      ...how
    }: { readonly sequence: number; readonly codec: Codec | undefined; readonly transactional: boolean },
  ): void {
    const { producerId, producerEpoch } = this.identity ?? noIdentity
    const baseSequence = this.identity ? sequence : -1
    batch.sent = { bytes: encodeBatch(batch, { producerId, producerEpoch, ...how, baseSequence }), sequence }
  }

  #renew(): void {
    if (this.requestsInFlight > 0) return
    for (const batch of this.unsettled) {
      batch.state = 'queued'
      batch.sent = undefined
    }
    this.queued.unshift(...this.unsettled.splice(0))
    this.spent = this.identity ?? this.spent
    this.identity = undefined
    this.renewing = false
    this.gap = false
  }
}

function after(sequence: number, records: number): number {
  return sequence > maxSequence - records ? records - (maxSequence - sequence) - 1 : sequence + records
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item)
  if (index >= 0) list.splice(index, 1)
}
