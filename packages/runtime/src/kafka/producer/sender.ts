import { backoffMs } from '../backoff.ts'
import type { Broker } from '../broker.ts'
import type { Cluster } from '../cluster.ts'
import { asKafkaError, protocolError, timeoutError } from '../errors.ts'
import { KafkaError, type KafkaOptions, type OutgoingRecord } from '../types.ts'
import type { Batch } from './batch.ts'
import type { ProducerConfig } from './config.ts'
import { type Identity, noIdentity } from './identity.ts'
import { needsMetadata, outcomeOf } from './outcome.ts'
import type { PartitionQueue } from './partition-queue.ts'
import {
  decodeProduce,
  encodeProduce,
  type ProduceResult,
  produceKey,
  produceVersion,
} from './produce-api.ts'
import { encodeBatch } from './record-batch.ts'
import type { TopicTable } from './topic-table.ts'

/** How a batch ended: at an offset (-1: not known), or not. */
export type Ending = { readonly baseOffset: bigint } | { readonly error: KafkaError }

export interface SenderOptions<R extends OutgoingRecord> {
  readonly config: ProducerConfig
  readonly cluster: Pick<Cluster, 'broker' | 'signal'>
  readonly topics: Pick<TopicTable, 'get' | 'refresh'>
  /** Queues that aren't empty. */
  readonly queues: () => Iterable<PartitionQueue<R>>
  readonly newIdentity: () => Promise<Identity>
  readonly flushing: (batch: Batch<R>) => boolean
  readonly settled: (queue: PartitionQueue<R>, batch: Batch<R>, ending: Ending) => void
  readonly log: KafkaOptions['log']
}

interface Node {
  inFlight: number
  throttledUntil: number
}

interface Piece<R extends OutgoingRecord> {
  readonly queue: PartitionQueue<R>
  readonly batch: Batch<R>
  readonly bytes: Buffer
}

/** Without a leader: until metadata is looked at again, should nothing have come of asking. */
const leaderlessMs = 1000
/** A broker gives up waiting for its replicas before the client gives up waiting for the broker. */
const brokerWaitPart = 0.9

/**
 * Sends what may be sent, whenever something has changed: records came, an answer came, a time was reached. Every decision
 * about a batch is made here; what it means for its partition's order is `PartitionQueue`'s.
 */
export class Sender<R extends OutgoingRecord> {
  readonly #options: SenderOptions<R>
  readonly #nodes = new Map<number, Node>()
  #idempotent: boolean
  #identity: Identity | undefined
  #askingIdentity = false
  #scheduled = false
  #timer: NodeJS.Timeout | undefined
  #wakeAt = Number.POSITIVE_INFINITY

  constructor(options: SenderOptions<R>) {
    this.#options = options
    this.#idempotent = options.config.idempotent
  }

  /** Looks for something to send once the current code is done. */
  wake(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      this.#pump()
    })
  }

  wakeIn(ms: number): void {
    const at = performance.now() + ms
    if (at >= this.#wakeAt) return
    this.#wakeAt = at
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#wakeAt = Number.POSITIVE_INFINITY
      this.#pump()
    }, Math.ceil(ms))
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /** Settles everything that isn't with an error. */
  failAll(error: KafkaError): void {
    for (const queue of this.#options.queues()) this.#failQueue(queue, error)
  }

  #pump(): void {
    if (this.#options.cluster.signal.aborted) return
    for (;;) {
      const requests = this.#collect(performance.now())
      if (requests.size === 0) return
      for (const [broker, pieces] of requests) void this.#send(broker, pieces)
    }
  }

  /** One batch of each partition for each broker that takes another request. */
  #collect(now: number): Map<Broker, Piece<R>[]> {
    const requests = new Map<Broker, { pieces: Piece<R>[]; bytes: number }>()
    for (const queue of this.#options.queues()) {
      this.#expire(queue, now)
      this.#settleDoomed(queue)
      const broker = this.#brokerFor(queue, now)
      if (!broker) continue
      const request = requests.get(broker) ?? { pieces: [], bytes: 0 }
      const room = this.#options.config.maxRequestBytes - request.bytes
      const piece = this.#nextPiece(queue, {
        nodeId: broker.nodeId,
        now,
        room: request.bytes === 0 ? undefined : room,
      })
      if (!piece) continue
      request.pieces.push(piece)
      request.bytes += piece.bytes.length
      requests.set(broker, request)
    }
    return new Map([...requests].map(([broker, { pieces }]) => [broker, pieces]))
  }

  #brokerFor(queue: PartitionQueue<R>, now: number): Broker | undefined {
    if (queue.empty) return undefined
    if (queue.retryAt > now) {
      this.wakeIn(queue.retryAt - now)
      return undefined
    }
    const leader = this.#options.topics.get(queue.topic)?.partitions[queue.partition]?.leader ?? -1
    const broker = this.#options.cluster.broker(leader)
    if (!broker) {
      this.#options.topics.refresh(queue.topic)
      this.wakeIn(leaderlessMs)
      return undefined
    }
    const node = this.#node(leader)
    if (node.throttledUntil > now) this.wakeIn(node.throttledUntil - now)
    return node.throttledUntil <= now && node.inFlight < this.#options.config.maxInFlight ? broker : undefined
  }

  #nextPiece(
    queue: PartitionQueue<R>,
    how: { nodeId: number; now: number; room: number | undefined },
  ): Piece<R> | undefined {
    const ready = (batch: Batch<R>) => this.#ready(queue, batch, how.now)
    const batch = queue.next({ now: how.now, idempotent: this.#idempotent, leader: how.nodeId, ready })
    if (!batch || batch.bytes > (how.room ?? Number.POSITIVE_INFINITY)) return undefined
    if (batch.state === 'queued') {
      if (this.#idempotent && !queue.identity && !this.#identify(queue)) return undefined
      const started = queue.startHead()
      if (started) this.#encode(queue, started.batch, started.sequence)
    }
    if (!batch.sent) return undefined
    batch.state = 'in flight'
    batch.attempts += 1
    queue.requestsInFlight += 1
    queue.leader = how.nodeId
    return { queue, batch, bytes: batch.sent.bytes }
  }

  #ready(queue: PartitionQueue<R>, batch: Batch<R>, now: number): boolean {
    if (batch.closed || queue.queued.length > 1 || this.#options.flushing(batch)) return true
    const waitMs = batch.createdAt + this.#options.config.lingerMs - now
    if (waitMs <= 0) return true
    this.wakeIn(waitMs)
    return false
  }

  #encode(queue: PartitionQueue<R>, batch: Batch<R>, sequence: number): void {
    const identity = queue.identity ?? noIdentity
    const baseSequence = identity === noIdentity ? -1 : sequence
    const { codec } = this.#options.config
    batch.sent = { bytes: encodeBatch(batch, { ...identity, codec, baseSequence }), sequence }
  }

  /** Gives the queue a producer id that it hasn't used yet; false while there is none. */
  #identify(queue: PartitionQueue<R>): boolean {
    if (this.#identity && this.#identity.producerId !== queue.spent?.producerId) {
      queue.useIdentity(this.#identity)
      return true
    }
    void this.#askIdentity()
    return false
  }

  async #askIdentity(): Promise<void> {
    if (this.#askingIdentity) return
    this.#askingIdentity = true
    try {
      this.#identity = await this.#options.newIdentity()
    } catch (error) {
      this.#withoutIdentity(asKafkaError(error, 'asking for a producer id'))
    } finally {
      this.#askingIdentity = false
    }
    this.wake()
  }

  #withoutIdentity(error: KafkaError): void {
    if (error.code !== 'CLUSTER_AUTHORIZATION_FAILED') return this.failAll(error)
    this.#idempotent = false
    this.#options.log.warn(
      'This user may not write idempotently: producing goes on with one request in flight per partition, and a retry can make duplicates. Grant IDEMPOTENT_WRITE on the cluster (IAM: kafka-cluster:WriteDataIdempotently).',
    )
  }

  async #send(broker: Broker, pieces: readonly Piece<R>[]): Promise<void> {
    const node = this.#node(broker.nodeId)
    node.inFlight += 1
    try {
      const answer = await this.#exchange(broker, pieces)
      if (answer.throttleMs > 0) node.throttledUntil = performance.now() + answer.throttleMs
      const results = new Map(answer.results.map((result) => [`${result.topic} ${result.partition}`, result]))
      for (const piece of pieces) {
        piece.queue.requestsInFlight -= 1
        this.#answered(piece, results.get(`${piece.queue.topic} ${piece.queue.partition}`))
      }
    } catch (error) {
      const kafkaError = asKafkaError(error, `producing to broker ${broker.nodeId}`)
      for (const piece of pieces) {
        piece.queue.requestsInFlight -= 1
        this.#unanswered(piece, kafkaError)
      }
    } finally {
      node.inFlight -= 1
      this.wake()
    }
  }

  async #exchange(
    broker: Broker,
    pieces: readonly Piece<R>[],
  ): Promise<{ results: readonly ProduceResult[]; throttleMs: number }> {
    const { acks, client } = this.#options.config
    const timeoutMs = client.requestTimeoutMs
    const batches = pieces.map(({ queue, bytes }) => ({
      topic: queue.topic,
      partition: queue.partition,
      bytes,
    }))
    let version = 0
    const payload = await broker.exchange((connection) => {
      version = produceVersion(connection.versions)
      const brokerWaitMs = Math.floor(timeoutMs * brokerWaitPart)
      const body = encodeProduce({ transactionalId: null, acks, timeoutMs: brokerWaitMs, batches })
      return { name: 'Produce', key: produceKey, version, body, timeoutMs, answered: acks !== 0 }
    })
    if (acks !== 0) return decodeProduce(payload, version)
    const nothing = { errorCode: 0, baseOffset: -1n, invalid: [], reason: '' }
    return {
      results: batches.map(({ topic, partition }) => ({ topic, partition, ...nothing })),
      throttleMs: 0,
    }
  }

  #answered(piece: Piece<R>, result: ProduceResult | undefined): void {
    const { queue, batch } = piece
    if (batch.state === 'settled') return
    if (!result)
      return this.#unanswered(piece, timeoutError(`The broker left ${queue.topic}-${queue.partition} out.`))
    const first = queue.unsettled[0] === batch
    const { errorCode, baseOffset } = result
    if (needsMetadata(errorCode)) this.#options.topics.refresh(queue.topic)
    switch (outcomeOf(errorCode, { first, records: batch.records.length })) {
      case 'done':
        return this.#settle(queue, batch, { baseOffset })
      case 'again':
        return this.#again(
          queue,
          batch,
          protocolError(errorCode, `producing to ${queue.topic}-${queue.partition}`),
        )
      case 'renew':
        return this.#renew(queue, batch, errorCode)
      case 'split':
        return this.#split(queue, batch)
      case 'failed':
        return this.#fail(queue, batch, result)
    }
  }

  #unanswered({ queue, batch }: Piece<R>, error: KafkaError): void {
    if (batch.state === 'settled') return
    this.#options.topics.refresh(queue.topic)
    if (error.retriable) this.#again(queue, batch, error)
    else this.#failQueue(queue, error)
  }

  #again(queue: PartitionQueue<R>, batch: Batch<R>, error: KafkaError): void {
    if (batch.attempts > this.#options.config.retries) return this.#failQueue(queue, error)
    batch.state = 'again'
    const { retryBackoffMs: first, retryBackoffMaxMs: max } = this.#options.config.client
    queue.retryAt = performance.now() + backoffMs({ first, max, attempt: batch.attempts - 1 })
    this.#options.log.debug(
      { topic: queue.topic, partition: queue.partition, error },
      'Producing is tried again.',
    )
  }

  #renew(queue: PartitionQueue<R>, batch: Batch<R>, errorCode: number): void {
    const error = protocolError(errorCode, `producing to ${queue.topic}-${queue.partition}`)
    if (batch.attempts > this.#options.config.retries) return this.#failQueue(queue, error)
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
    queue.replace(batch, pieces, (piece, sequence) => this.#encode(queue, piece, sequence))
  }

  #fail(queue: PartitionQueue<R>, batch: Batch<R>, result: ProduceResult): void {
    const cause = protocolError(result.errorCode, `producing to ${queue.topic}-${queue.partition}`)
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
    queue.replace(batch, pieces, () => undefined)
    queue.renew()
  }

  /** Batches that were given up before they were sent end in their turn, so that outcomes keep the order too. */
  #settleDoomed(queue: PartitionQueue<R>): void {
    while (queue.unsettled.length === 0 && queue.queued[0]?.doom) {
      this.#settle(queue, queue.queued[0], { error: queue.queued[0].doom })
    }
  }

  /** `delivery.timeout.ms`: what is behind such a batch must not arrive without it, so it fails too. */
  #expire(queue: PartitionQueue<R>, now: number): void {
    const oldest = queue.unsettled[0] ?? queue.queued[0]
    if (!oldest) return
    const { deliveryTimeoutMs } = this.#options.config
    const leftMs = oldest.createdAt + deliveryTimeoutMs - now
    if (leftMs > 0) return this.wakeIn(leftMs)
    const where = `${queue.topic}-${queue.partition}`
    this.#failQueue(
      queue,
      timeoutError(
        `Records for ${where} were not acknowledged within delivery.timeout.ms (${deliveryTimeoutMs}).`,
      ),
    )
  }

  /** Everything in the queue ends with this error; what comes later goes under another producer id. */
  #failQueue(queue: PartitionQueue<R>, error: KafkaError): void {
    queue.renew()
    for (const batch of [...queue.unsettled, ...queue.queued]) this.#settle(queue, batch, { error })
  }

  #settle(queue: PartitionQueue<R>, batch: Batch<R>, ending: Ending): void {
    queue.settled(batch, { acknowledged: 'baseOffset' in ending, now: performance.now() })
    this.#options.settled(queue, batch, ending)
  }

  #node(nodeId: number): Node {
    const known = this.#nodes.get(nodeId)
    if (known) return known
    const node = { inFlight: 0, throttledUntil: 0 }
    this.#nodes.set(nodeId, node)
    return node
  }
}

function withReason(error: KafkaError, reason: string): KafkaError {
  if (reason === '') return error
  return new KafkaError(`${error.message} The broker says: ${reason}`, {
    code: error.code,
    retriable: false,
    cause: error,
  })
}
