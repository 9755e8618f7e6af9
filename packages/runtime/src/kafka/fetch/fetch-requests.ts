import type { ConsumerConfig } from '../consumer-config.ts'
import { asKafkaError, protocolError } from '../errors.ts'
import { byTopic, keyOf } from '../group/partitions.ts'
import type { KafkaError, KafkaOptions } from '../types.ts'
import type { Failures } from './failures.ts'
import { fetchApi, type PartitionAnswer } from './fetch-apis.ts'
import type { FetchCluster } from './fetch-cluster.ts'
import { leadersOf } from './list-offsets.ts'
import { nameOf, type Partition } from './partition.ts'
import type { Decompress } from './record-batch.ts'
import { RecordSet } from './record-set.ts'

export interface FetchRequestsOptions {
  readonly cluster: FetchCluster
  readonly config: ConsumerConfig
  readonly decompress: Decompress
  readonly log: KafkaOptions['log']
  /** The assigned partitions by key; what comes of a request is noted on them. */
  readonly partitions: ReadonlyMap<string, Partition>
  readonly failures: Failures
  /** A request has ended, well or not. */
  readonly ended: () => void
}

/** Errors after which the partition is asked for again, once metadata has been refreshed. */
const stale: ReadonlySet<number> = new Set([3, 5, 6, 9, 56, 74, 75, 78, 103])
const offsetOutOfRange = 1
const unknownServerError = -1

/** The requests of a fetch loop: at most one to a broker, and none while something fetched from it waits to be taken. */
export class FetchRequests {
  readonly #options: FetchRequestsOptions
  /** Node ids with a request under way. */
  readonly #asking = new Set<number>()
  readonly #stopping = new AbortController()
  #sending = false
  /** Since when metadata can't be read. */
  #blindSinceMs: number | undefined

  constructor(options: FetchRequestsOptions) {
    this.#options = options
  }

  close(): void {
    this.#stopping.abort()
  }

  /** When the first partition that waits after a failure may be asked for again. */
  retryInMs(): number {
    const now = performance.now()
    const waits = [...this.#options.partitions.values()]
      .map(({ waitUntilMs }) => waitUntilMs - now)
      .filter((ms) => ms > 0)
    return Math.max(1, Math.min(this.#options.cluster.config.retryBackoffMaxMs, ...waits))
  }

  /** Asks every broker that has nothing to do for the partitions that it serves. */
  async send(): Promise<void> {
    const { signal } = this.#stopping
    if (this.#sending || signal.aborted) return
    this.#sending = true
    try {
      const leaders = await leadersOf(this.#options.cluster, [...this.#options.partitions.values()], {
        signal,
      })
      // Nothing is awaited from here on: what a request was decided by must still hold when it is sent.
      this.#blindSinceMs = undefined
      const nodes = [...byNode(leaders)].filter(([, partitions]) => partitions.some(isRead))
      // All that is under way or held is bounded so, for each broker has one or the other.
      const maxBytes = Math.max(1, Math.floor(this.#options.config.fetchMaxBytes / nodes.length))
      for (const [nodeId, partitions] of nodes) this.#sendTo(nodeId, partitions.filter(isRead), maxBytes)
    } catch (error) {
      if (signal.aborted) return
      this.#blind(asKafkaError(error, 'reading metadata for a fetch'))
    } finally {
      this.#sending = false
    }
  }

  #sendTo(nodeId: number, reading: readonly Partition[], maxBytes: number): void {
    if (this.#asking.has(nodeId) || reading.some(({ held }) => held !== undefined)) return
    const now = performance.now()
    const due = reading.filter(({ asked, waitUntilMs }) => !asked && waitUntilMs <= now)
    if (due.length > 0) void this.#ask(nodeId, due, maxBytes)
  }

  async #ask(nodeId: number, partitions: readonly Partition[], maxBytes: number): Promise<void> {
    const { cluster, config } = this.#options
    this.#asking.add(nodeId)
    const asked = partitions.map((one) => ({ one, offset: one.position as bigint, seeks: one.seeks }))
    for (const one of partitions) one.asked = true
    try {
      const broker = cluster.broker(nodeId)
      if (broker === undefined)
        throw protocolError(5, `looking for the leader of ${partitions.map(nameOf).join(', ')}`)
      const answer = await broker.call(
        fetchApi,
        fetchRequest(asked, { ...config, fetchMaxBytes: maxBytes }),
        {
          timeoutMs: cluster.config.requestTimeoutMs + config.fetchMaxWaitMs,
          signal: this.#stopping.signal,
        },
      )
      if (answer.error !== 0) throw protocolError(answer.error, `fetching from broker ${nodeId}`)
      const answers = new Map(answer.partitions.map((one) => [keyOf(one), one]))
      for (const { one, offset, seeks } of asked) {
        const got = answers.get(keyOf(one))
        if (got && this.#isCurrent(one, seeks)) this.#receive(one, got, offset)
      }
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      const failure = asKafkaError(error, `fetching from broker ${nodeId}`)
      for (const { one, seeks } of asked) {
        if (this.#isCurrent(one, seeks)) this.#options.failures.failed(one, failure)
      }
      await this.#refresh(partitions)
    } finally {
      this.#asking.delete(nodeId)
      for (const one of partitions) one.asked = false
      this.#options.ended()
      // While the caller is busy nobody else would ask again.
      void this.send()
    }
  }

  #receive(one: Partition, got: PartitionAnswer, offset: bigint): void {
    const { config, decompress } = this.#options
    if (got.error !== 0) return this.#refused(one, got.error, offset)
    this.#options.failures.works(one)
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
      return this.#options.log.warn(`Offset ${offset} of ${nameOf(one)} is out of range.`)
    }
    const doing = `fetching ${nameOf(one)} from offset ${offset}`
    const { failures } = this.#options
    const failure = protocolError(error, doing)
    failures.failed(one, failure)
    if (stale.has(error)) void this.#refresh([one])
    else if (error !== unknownServerError) failures.tell(failure)
  }

  #isCurrent(one: Partition, seeks: number): boolean {
    return this.#options.partitions.get(keyOf(one)) === one && one.seeks === seeks
  }

  async #refresh(partitions: readonly Partition[]): Promise<void> {
    try {
      await this.#options.cluster.refresh([...byTopic(partitions).keys()], { signal: this.#stopping.signal })
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      const failure = asKafkaError(error, 'refreshing metadata')
      for (const one of partitions) {
        if (this.#options.partitions.get(keyOf(one)) === one) this.#options.failures.failed(one, failure)
      }
    }
  }

  /** Metadata can't be read: then there is nobody to ask. */
  #blind(error: KafkaError): void {
    this.#blindSinceMs ??= performance.now()
    const lastedMs = performance.now() - this.#blindSinceMs
    const { failures, cluster } = this.#options
    if (!error.retriable || lastedMs >= cluster.config.requestTimeoutMs) failures.tell(error)
  }
}

const isRead = ({ position, paused }: Partition): boolean => position !== undefined && !paused

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
