import type { Broker } from '../broker.ts'
import type { Cluster } from '../cluster.ts'
import { asKafkaError } from '../errors.ts'
import { KafkaError, type OutgoingRecord } from '../types.ts'
import type { Batch } from './batch.ts'
import { Identities, type IdentitiesOptions, type Numbering } from './identities.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { produce, type ProduceAnswer } from './produce-api.ts'
import type { TopicTable } from './topic-table.ts'
import type { Transaction } from './transaction.ts'
import { type Piece, Verdicts, type VerdictsOptions } from './verdicts.ts'

export interface SenderOptions<R extends OutgoingRecord>
  extends Omit<VerdictsOptions<R>, 'fenced' | 'unnumbered' | 'transactional'>,
    Pick<IdentitiesOptions, 'newIdentity'> {
  /** Present: nothing is sent outside of it. */
  readonly transaction?: Transaction | undefined
  readonly cluster: Pick<Cluster, 'broker' | 'signal'>
  readonly topics: Pick<TopicTable, 'get' | 'refresh'>
  /** Queues that aren't empty. */
  readonly queues: () => Iterable<PartitionQueue<R>>
  readonly flushing: (batch: Batch<R>) => boolean
}

interface Node {
  inFlight: number
  throttledUntil: number
}

/** Without a leader: until metadata is looked at again, should nothing have come of asking. */
const leaderlessMs = 1000

/**
 * Sends what may be sent, whenever something has changed: records came, an answer came, a time was reached. What an answer
 * means for a batch is decided in `Verdicts`, what may be sent of a partition in `PartitionQueue`.
 */
export class Sender<R extends OutgoingRecord> {
  readonly #options: SenderOptions<R>
  readonly #nodes = new Map<number, Node>()
  readonly #verdicts: Verdicts<R>
  readonly #identities: Numbering
  /** Why nothing will be sent any more. */
  #ended: KafkaError | undefined
  #scheduled = false
  #timer: NodeJS.Timeout | undefined
  #wakeAt = Number.POSITIVE_INFINITY
  #inFlight = 0
  readonly #idle: Array<() => void> = []

  constructor(options: SenderOptions<R>) {
    this.#options = options
    this.#verdicts = new Verdicts({
      ...options,
      transactional: options.transaction !== undefined,
      fenced: (error) => this.#end(error),
      unnumbered: (error) => this.#identities.without(error),
    })
    this.#identities =
      options.transaction ??
      new Identities({
        idempotent: options.config.idempotent,
        newIdentity: options.newIdentity,
        changed: () => this.wake(),
        failed: (error) => (error.code === 'PRODUCER_FENCED' ? this.#end(error) : this.failAll(error)),
        log: options.log,
      })
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

  /** Resolves when no request is in flight. */
  idle(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  /** Settles everything that isn't with an error. */
  failAll(error: KafkaError): void {
    for (const queue of this.#options.queues()) this.#verdicts.failQueue(queue, error)
  }

  #end(error: KafkaError): void {
    this.#ended = error
    this.failAll(error)
  }

  #pump(): void {
    if (this.#options.cluster.signal.aborted) return
    const over = this.#ended ?? this.#options.transaction?.error
    if (over) return this.failAll(over)
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
      this.wakeIn(this.#verdicts.expire(queue, now))
      this.#verdicts.settleDoomed(queue)
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
    const batch = queue.next({
      now: how.now,
      idempotent: this.#identities.idempotent,
      leader: how.nodeId,
      ready,
    })
    if (!batch || batch.bytes > (how.room ?? Number.POSITIVE_INFINITY)) return undefined
    if (batch.state === 'queued') {
      if (!this.#identities.give(queue)) return undefined
      queue.startHead(this.#options.config.codec, this.#options.transaction !== undefined)
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

  async #send(broker: Broker, pieces: readonly Piece<R>[]): Promise<void> {
    const { acks, client } = this.#options.config
    const node = this.#node(broker.nodeId)
    node.inFlight += 1
    const batches = pieces.map(({ queue: { topic, partition }, bytes }) => ({ topic, partition, bytes }))
    const { transaction } = this.#options
    this.#inFlight += 1
    const how = { acks, timeoutMs: client.requestTimeoutMs, transaction }
    const answer = await produce(broker, batches, how).catch((error: unknown) =>
      asKafkaError(error, `producing to broker ${broker.nodeId}`),
    )
    this.#inFlight -= 1
    node.inFlight -= 1
    for (const { queue } of pieces) queue.requestsInFlight -= 1
    if (answer instanceof KafkaError) for (const piece of pieces) this.#verdicts.unanswered(piece, answer)
    else this.#answered(node, pieces, answer)
    if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve()
    this.wake()
  }

  #answered(node: Node, pieces: readonly Piece<R>[], { results, throttleMs }: ProduceAnswer): void {
    if (throttleMs > 0) node.throttledUntil = performance.now() + throttleMs
    const byPartition = new Map(results.map((result) => [`${result.topic} ${result.partition}`, result]))
    for (const piece of pieces) {
      this.#verdicts.answered(piece, byPartition.get(`${piece.queue.topic} ${piece.queue.partition}`))
    }
  }

  #node(nodeId: number): Node {
    const known = this.#nodes.get(nodeId)
    if (known) return known
    const node = { inFlight: 0, throttledUntil: 0 }
    this.#nodes.set(nodeId, node)
    return node
  }
}
