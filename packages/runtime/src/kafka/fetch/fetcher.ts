import { backoffMs } from '../backoff.ts'
import type { Api } from '../api.ts'
import type { CallOptions } from '../broker.ts'
import type { ClientConfig } from '../client-config.ts'
import type { ConsumerConfig } from '../consumer-config.ts'
import { asKafkaError, protocolError } from '../errors.ts'
import { endsWithin } from '../group/ends-within.ts'
import { byTopic, keyOf } from '../group/partitions.ts'
import { KafkaError, type FetchedBatch, type TopicPartition } from '../types.ts'
import type { Decompress } from './record-batch.ts'
import { fetchApi, type PartitionAnswer } from './fetch-apis.ts'
import { type LeaderCluster, leadersOf } from './list-offsets.ts'
import { newPartition, type Partition } from './partition.ts'
import { RecordSet } from './record-set.ts'

/** What fetching needs of a cluster. */
export interface FetchCluster extends LeaderCluster {
  readonly config: Pick<
    ClientConfig,
    'retryBackoffMs' | 'retryBackoffMaxMs' | 'requestTimeoutMs' | 'metadataMaxAgeMs'
  >
  refresh(topics: readonly string[], options: CallOptions): Promise<void>
  broker(nodeId: number):
    | {
        call<Body extends object, Answer>(
          api: Api<Body, Answer>,
          body: Body,
          options: CallOptions,
        ): Promise<Answer>
      }
    | undefined
}

export interface FetcherOptions {
  readonly cluster: FetchCluster
  readonly config: ConsumerConfig
  readonly decompress: Decompress
  readonly warn: (message: string) => void
}

/** Errors after which the partition is asked for again, once metadata has been refreshed. */
const stale: ReadonlySet<number> = new Set([3, 5, 6, 9, 56, 74, 75, 78, 103])
const offsetOutOfRange = 1
const unknownServerError = -1

/**
 * Fetches ahead: at most one request per broker, and none while something fetched from that broker waits to be taken. So while the
 * caller works, one further fetch is held at most.
 */
export class Fetcher {
  readonly #options: FetcherOptions
  readonly #partitions = new Map<string, Partition>()
  /** Node ids with a request under way. */
  readonly #asking = new Set<number>()
  readonly #stopping = new AbortController()
  #wake = Promise.withResolvers<void>()
  #sending = false
  #turn = 0
  #failure: KafkaError | undefined
  #failingSince: number | undefined

  constructor(options: FetcherOptions) {
    this.#options = options
  }

  /** Partitions are fetched once they have a position. Known ones are left alone. */
  add(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) {
      if (!this.#partitions.has(keyOf(one))) this.#partitions.set(keyOf(one), newPartition(one))
    }
  }

  remove(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) this.#partitions.delete(keyOf(one))
  }

  /** Those without a position, which the caller has to look up and `start`. */
  unpositioned(): readonly Readonly<Partition>[] {
    return [...this.#partitions.values()].filter(({ position }) => position === undefined)
  }

  /** Gives a position to a partition that has none; later than a seek it changes nothing. */
  start(one: TopicPartition, offset: bigint): void {
    const found = this.#partitions.get(keyOf(one))
    if (found?.position === undefined) this.seek(one, offset)
  }

  seek(one: TopicPartition, offset: bigint): void {
    const found = this.#partitions.get(keyOf(one))
    if (found === undefined) throw notAssigned(one)
    found.position = offset
    found.seeks += 1
    found.held = undefined
    found.outOfRange = false
    this.#wake.resolve()
  }

  pause(partitions: readonly TopicPartition[], paused: boolean): void {
    for (const one of partitions) {
      const found = this.#partitions.get(keyOf(one))
      if (found === undefined) throw notAssigned(one)
      found.paused = paused
    }
    this.#wake.resolve()
  }

  lag(): ReadonlyArray<TopicPartition & { readonly records: bigint }> {
    return [...this.#partitions.values()].flatMap(({ topic, partition, position, end }) =>
      position === undefined || end === undefined
        ? []
        : [{ topic, partition, records: end > position ? end - position : 0n }],
    )
  }

  close(): void {
    this.#stopping.abort()
    this.#partitions.clear()
  }

  /**
   * Batches of at most `max.poll.records` records in all, as soon as there are some; none when `untilMs` (`performance.now()`) has come, when
   * a position has to be looked up first, or when what was fetched may not be delivered (it is kept).
   */
  async next(call: {
    untilMs: number
    signal: AbortSignal
    mayDeliver?: () => boolean
  }): Promise<readonly FetchedBatch[]> {
    for (;;) {
      const wake = (this.#wake = Promise.withResolvers<void>())
      if (call.mayDeliver?.() === false) return []
      const batches = this.#take()
      void this.#send()
      if (batches.length > 0) return batches
      this.#throwFailure()
      const leftMs = call.untilMs - performance.now()
      if (leftMs <= 0 || this.unpositioned().length > 0) return []
      await endsWithin(wake.promise, Math.min(leftMs, this.#retryInMs()), call.signal)
    }
  }

  #take(): readonly FetchedBatch[] {
    const batches: FetchedBatch[] = []
    let left = this.#options.config.maxPollRecords
    const all = [...this.#partitions.values()]
    const first = this.#turn++
    for (let i = 0; i < all.length && left > 0; i++) {
      const partition = all[(first + i) % all.length] as Partition
      if (partition.paused || partition.held === undefined) continue
      const batch = this.#takeFrom(partition, left, batches.length > 0)
      if (batch === undefined) continue
      left -= batch.records.length
      batches.push(batch)
    }
    return batches
  }

  /** Undefined where there is nothing to say: not even that the position has moved over markers. */
  #takeFrom(partition: Partition, max: number, others: boolean): FetchedBatch | undefined {
    const { held } = partition
    if (held === undefined) return undefined
    try {
      const records = held.take(max)
      const moved = held.position !== partition.position
      partition.position = held.position
      if (held.drained) partition.held = undefined
      if (!moved) return undefined
      const { topic, partition: number, highWatermark } = partition
      return { topic, partition: number, records, nextOffset: held.position, highWatermark }
    } catch (error) {
      if (others) return undefined // said by the next poll, when this one's records are safe
      partition.held = undefined
      throw error
    }
  }

  /** Asks every broker that has nothing to do for the partitions that it serves. */
  async #send(): Promise<void> {
    const { signal } = this.#stopping
    if (this.#sending || signal.aborted) return
    this.#sending = true
    try {
      const leaders = await leadersOf(this.#options.cluster, [...this.#partitions.values()], { signal })
      // Nothing is awaited from here on: what a request was decided by must still hold when it is sent.
      for (const [nodeId, partitions] of byNode(leaders)) this.#sendTo(nodeId, partitions)
    } catch (error) {
      if (!signal.aborted) this.#failed(asKafkaError(error, 'reading metadata for a fetch'))
    } finally {
      this.#sending = false
    }
  }

  #sendTo(nodeId: number, partitions: readonly Partition[]): void {
    const reading = partitions.filter(({ position, paused }) => position !== undefined && !paused)
    if (this.#asking.has(nodeId) || reading.some(({ held }) => held !== undefined)) return
    const now = performance.now()
    const due = reading.filter(({ asked, waitUntilMs }) => !asked && waitUntilMs <= now)
    if (due.length > 0) void this.#ask(nodeId, due)
  }

  async #ask(nodeId: number, partitions: readonly Partition[]): Promise<void> {
    const { cluster, config } = this.#options
    this.#asking.add(nodeId)
    const asked = partitions.map((one) => ({ one, offset: one.position as bigint, seeks: one.seeks }))
    for (const one of partitions) one.asked = true
    try {
      const broker = cluster.broker(nodeId)
      if (broker === undefined) throw protocolError(5, `looking for the leader of ${name(partitions[0])}`)
      const answer = await broker.call(fetchApi, fetchRequest(asked, config), {
        signal: this.#stopping.signal,
      })
      if (answer.error !== 0) throw protocolError(answer.error, `fetching from broker ${nodeId}`)
      this.#failingSince = undefined
      const answers = new Map(answer.partitions.map((one) => [keyOf(one), one]))
      for (const { one, offset, seeks } of asked) {
        const got = answers.get(keyOf(one))
        const current = this.#partitions.get(keyOf(one)) === one && one.seeks === seeks
        if (got && current) this.#receive(one, got, offset)
      }
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      this.#failed(asKafkaError(error, `fetching from broker ${nodeId}`))
      for (const one of partitions) this.#backOff(one)
      await this.#refresh(partitions)
    } finally {
      this.#asking.delete(nodeId)
      for (const one of partitions) one.asked = false
      this.#wake.resolve()
      // While the caller is busy nobody else would ask again.
      void this.#send()
    }
  }

  #receive(one: Partition, got: PartitionAnswer, offset: bigint): void {
    const { config, decompress } = this.#options
    if (got.error !== 0) return this.#refused(one, got.error, offset)
    one.failures = 0
    one.highWatermark = got.highWatermark
    one.end = config.readCommitted ? got.lastStableOffset : got.highWatermark
    if (got.preferredReplica >= 0) {
      one.nearest = {
        nodeId: got.preferredReplica,
        untilMs: performance.now() + this.#options.cluster.config.metadataMaxAgeMs,
      }
    }
    if (got.records === null || got.records.length === 0) return
    const { topic, partition } = one
    const aborted = config.readCommitted ? got.aborted : []
    const { checkCrcs } = config
    one.held = new RecordSet({
      topic,
      partition,
      bytes: got.records,
      position: offset,
      aborted,
      checkCrcs,
      decompress,
    })
  }

  #refused(one: Partition, error: number, offset: bigint): void {
    const wasNearest = one.nearest !== undefined
    one.nearest = undefined
    if (error === offsetOutOfRange) {
      // A follower may lag behind the leader's log: only the leader's word counts.
      if (wasNearest) return
      one.position = undefined
      one.outOfRange = true
      return this.#options.warn(`Offset ${offset} of ${name(one)} is out of range.`)
    }
    const doing = `fetching ${name(one)} from offset ${offset}`
    if (!stale.has(error) && error !== unknownServerError) this.#failure = protocolError(error, doing)
    else this.#failed(protocolError(error, doing))
    this.#backOff(one)
    if (stale.has(error)) void this.#refresh([one])
  }

  #backOff(one: Partition): void {
    const { retryBackoffMs: first, retryBackoffMaxMs: max } = this.#options.cluster.config
    one.waitUntilMs = performance.now() + backoffMs({ first, max, attempt: one.failures++ })
    one.nearest = undefined
  }

  async #refresh(partitions: readonly Partition[]): Promise<void> {
    try {
      await this.#options.cluster.refresh([...byTopic(partitions).keys()], { signal: this.#stopping.signal })
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#failed(asKafkaError(error, 'refreshing metadata'))
    }
  }

  /** A failure that may pass is only told once it has lasted for `request.timeout.ms`. */
  #failed(error: KafkaError): void {
    this.#failingSince ??= performance.now()
    const lasted = performance.now() - this.#failingSince
    if (!error.retriable || lasted >= this.#options.cluster.config.requestTimeoutMs) this.#failure = error
  }

  #throwFailure(): void {
    const failure = this.#failure
    this.#failure = undefined
    if (failure) throw failure
  }

  /** When the first partition that waits after a failure may be asked for again. */
  #retryInMs(): number {
    const now = performance.now()
    const waits = [...this.#partitions.values()]
      .map(({ waitUntilMs }) => waitUntilMs - now)
      .filter((ms) => ms > 0)
    return Math.max(1, Math.min(this.#options.cluster.config.retryBackoffMaxMs, ...waits))
  }
}

/** Partitions by the broker to read them from: the nearest replica where one is known, else the leader. */
const byNode = (
  leaders: ReadonlyMap<number, readonly Partition[]>,
): ReadonlyMap<number, readonly Partition[]> => {
  const now = performance.now()
  const nodes = new Map<number, Partition[]>()
  for (const [leader, partitions] of leaders) {
    for (const one of partitions) {
      const nodeId = one.nearest && one.nearest.untilMs > now ? one.nearest.nodeId : leader
      const others = nodes.get(nodeId)
      if (others) others.push(one)
      else nodes.set(nodeId, [one])
    }
  }
  return nodes
}

const fetchRequest = (
  asked: ReadonlyArray<{ one: Partition; offset: bigint }>,
  config: ConsumerConfig,
): Parameters<typeof fetchApi.prepare>[1] => {
  const maxBytes = config.maxPartitionFetchBytes
  const partitions = asked.map(({ one, offset }) => ({
    topic: one.topic,
    partition: one.partition,
    offset,
    maxBytes,
  }))
  return {
    maxWaitMs: config.fetchMaxWaitMs,
    minBytes: config.fetchMinBytes,
    maxBytes: config.fetchMaxBytes,
    readCommitted: config.readCommitted,
    rack: config.rack,
    topics: [...byTopic(partitions)].map(([topic, list]) => ({ topic, partitions: list })),
  }
}

const name = (one: TopicPartition | undefined): string =>
  one ? `${one.topic}-${one.partition}` : 'a partition'

const notAssigned = (one: TopicPartition): KafkaError =>
  new KafkaError(`${name(one)} is not assigned to this consumer.`, { code: 'NOT_ASSIGNED', retriable: false })
