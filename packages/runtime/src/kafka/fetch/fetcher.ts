import { endsWithin } from '../group/ends-within.ts'
import { keyOf } from '../group/partitions.ts'
import { type FetchedBatch, KafkaError, type TopicPartition } from '../types.ts'
import { Failures, type FailuresOptions } from './failures.ts'
import { FetchRequests, type FetchRequestsOptions } from './fetch-requests.ts'
import { nameOf, newPartition, type Partition } from './partition.ts'
import { PositionRequests, type PositionRequestsOptions } from './position-requests.ts'

export interface FetcherOptions extends Omit<FetchRequestsOptions, 'partitions' | 'failures' | 'ended'> {
  /** Whose offsets say where to start. Absent: the caller says it, by `start`. */
  readonly group?: PositionRequestsOptions['group']
  readonly lasting?: FailuresOptions['lasting']
}

/**
 * Fetches ahead: at most one request per broker, and none while something fetched from that broker waits to be taken. So while the
 * caller works, one further fetch is held at most.
 */
export class Fetcher {
  readonly #maxRecords: number
  readonly #partitions = new Map<string, Partition>()
  readonly #failures: Failures
  readonly #requests: FetchRequests
  readonly #positions: PositionRequests | undefined
  #wake = Promise.withResolvers<void>()
  #turn = 0

  constructor(options: FetcherOptions) {
    const { cluster, config, log, lasting, group } = options
    const partitions = this.#partitions
    this.#maxRecords = config.maxPollRecords
    this.#failures = new Failures({ config: cluster.config, partitions, log, ...(lasting && { lasting }) })
    const shared = { partitions, failures: this.#failures, ended: () => this.wake() }
    this.#requests = new FetchRequests({ ...options, ...shared })
    this.#positions =
      group &&
      new PositionRequests({
        cluster,
        config,
        group,
        found: (one, offset) => this.start(one, offset),
        ...shared,
      })
  }

  /** Partitions are fetched once they have a position. Known ones are left alone. */
  add(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) {
      if (!this.#partitions.has(keyOf(one))) this.#partitions.set(keyOf(one), newPartition(one))
    }
  }

  remove(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) this.#partitions.delete(keyOf(one))
    this.#failures.look()
  }

  /** Those without a position, as yet or because it was out of range. */
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

  /** Has whoever waits in `next` look again whether it may deliver. */
  wake(): void {
    this.#wake.resolve()
  }

  close(): void {
    this.#requests.close()
    this.#positions?.close()
    this.#partitions.clear()
  }

  /**
   * Batches of at most `max.poll.records` records in all, as soon as there are some; none when `untilMs` (`performance.now()`) has come, when
   * the caller has to say a position first, or when what was fetched may not be delivered (it is kept).
   */
  async next(call: {
    untilMs: number
    signal: AbortSignal
    mayDeliver?: () => boolean
  }): Promise<readonly FetchedBatch[]> {
    for (;;) {
      const wake = (this.#wake = Promise.withResolvers<void>())
      if (call.mayDeliver?.() === false) return []
      const failure = this.#failures.take()
      if (failure) throw failure
      const batches = this.#take()
      this.#positions?.send()
      void this.#requests.send()
      if (batches.length > 0) return batches
      const leftMs = call.untilMs - performance.now()
      if (leftMs <= 0 || (!this.#positions && this.unpositioned().length > 0)) return []
      await endsWithin(wake.promise, Math.min(leftMs, this.#requests.retryInMs()), call.signal)
    }
  }

  #take(): readonly FetchedBatch[] {
    const batches: FetchedBatch[] = []
    let left = this.#maxRecords
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
}

const notAssigned = (one: TopicPartition): KafkaError =>
  new KafkaError(`${nameOf(one)} is not assigned to this consumer.`, {
    code: 'NOT_ASSIGNED',
    retriable: false,
  })
