import type { Cluster } from './cluster.ts'
import { type ConsumerConfig, consumerConfig } from './consumer-config.ts'
import { ConsumerFigures } from './consumer-figures.ts'
import { closedError } from './errors.ts'
import { decompress } from './codecs.ts'
import { Fetcher } from './fetch/fetcher.ts'
import { GroupCalls } from './group/group-calls.ts'
import { GroupSession } from './group/group-session.ts'
import { losesSeat } from './group/heartbeats.ts'
import { Subscriptions } from './group/subscriptions.ts'
import { retrying } from './retry.ts'
import {
  type FetchedBatch,
  type GroupConsumer,
  type GroupConsumerOptions,
  KafkaError,
  type KafkaOptions,
  type OffsetCommits,
  type TopicPartition,
} from './types.ts'

export interface ConsumerParts {
  /** The consumer's own: its waiting JoinGroup would hold up what others ask of the same broker. Closed with it. */
  readonly cluster: Cluster
  readonly log: KafkaOptions['log']
}

const defaultMaxWaitMs = 500

export class Consumer implements GroupConsumer {
  readonly #options: GroupConsumerOptions
  readonly #cluster: Cluster
  readonly #config: ConsumerConfig
  readonly #calls: GroupCalls
  readonly #fetcher: Fetcher
  readonly #session: GroupSession
  readonly #closing = new AbortController()
  readonly #figures: ConsumerFigures | undefined
  #polling: Promise<unknown> | undefined
  #polledAtMs = performance.now()
  #closed: Promise<void> | undefined

  /** Throws a KafkaError that names every wrong setting. Nothing is sent before the first `poll`. */
  constructor(options: GroupConsumerOptions, { cluster, log }: ConsumerParts) {
    const config = consumerConfig(options.settings)
    this.#options = options
    this.#cluster = cluster
    this.#config = config
    const { figures } = cluster.config
    this.#figures = figures && new ConsumerFigures(figures)
    this.#calls = new GroupCalls(cluster, options.groupId)
    this.#fetcher = new Fetcher({
      cluster,
      config,
      decompress,
      log,
      group: this.#calls,
      lasting: () => this.#session.checkTopics(),
    })
    this.#session = new GroupSession({
      calls: this.#calls,
      clientConfig: cluster.config,
      config,
      subscriptions: new Subscriptions(cluster, {
        topics: options.topics,
        excludeInternal: config.excludeInternalTopics,
        warn: (message) => log.warn(message),
      }),
      log,
      assigned: (partitions, how) => this.#assigned(partitions, how),
      revoked: (partitions, how) => this.#revoked(partitions, how),
      changed: () => this.#fetcher.wake(),
      successorOf: options.successorOf ?? '',
      named: options.named ?? (() => {}),
      idleMs: () => (this.#polling ? 0 : performance.now() - this.#polledAtMs),
    })
  }

  get rebalancing(): AbortSignal {
    return this.#session.rebalancing
  }

  async poll(call: { signal: AbortSignal; maxWaitMs?: number }): Promise<readonly FetchedBatch[]> {
    if (this.#closed) throw closedError('The consumer')
    if (this.#polling)
      throw new KafkaError('One poll at a time.', { code: 'CONCURRENT_POLL', retriable: false })
    const untilMs = performance.now() + (call.maxWaitMs ?? defaultMaxWaitMs)
    const polling = this.#poll({ untilMs, signal: AbortSignal.any([call.signal, this.#closing.signal]) })
    this.#polling = polling.catch(() => undefined)
    try {
      const batches = await polling
      this.#figures?.polled(batches, { owned: this.assignment().length, lag: this.lag() })
      return batches
    } finally {
      this.#polling = undefined
      this.#polledAtMs = performance.now()
    }
  }

  async commit(offsets: OffsetCommits): Promise<void> {
    if (offsets.length === 0) return
    const seat = this.#session.seat()
    try {
      const startedAt = performance.now()
      await this.#retrying((call) => this.#calls.commit(seat, offsets, call))
      this.#figures?.committed(performance.now() - startedAt)
    } catch (error) {
      if (losesSeat(error)) this.#session.lose(error)
      if (!isRebalance(error)) throw error
      this.#session.rebalance()
      throw new KafkaError(error.message, { code: error.code, retriable: true, cause: error })
    }
  }

  async committed(
    partitions: readonly TopicPartition[],
  ): Promise<ReadonlyArray<TopicPartition & { readonly offset: bigint | null; readonly metadata: string }>> {
    if (partitions.length === 0) return []
    const offsets = await this.#retrying((call) => this.#calls.offsets(partitions, call))
    return offsets.map(({ topic, partition, offset, metadata }) => ({
      topic,
      partition,
      offset: offset < 0n ? null : offset,
      metadata,
    }))
  }

  seek(position: TopicPartition & { readonly offset: bigint }): void {
    this.#fetcher.seek(position, position.offset)
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#fetcher.pause(partitions, true)
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#fetcher.pause(partitions, false)
  }

  assignment(): readonly TopicPartition[] {
    return this.#session.owned
  }

  lag(): ReadonlyArray<TopicPartition & { readonly records: bigint }> {
    return this.#fetcher.lag()
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#closing.abort(closedError('The consumer'))
    await this.#polling
    try {
      await this.#session.close()
    } finally {
      this.#fetcher.close()
      this.#cluster.close()
    }
  }

  async #poll(call: { untilMs: number; signal: AbortSignal }): Promise<readonly FetchedBatch[]> {
    for (;;) {
      if (!(await this.#session.advance(call))) return []
      // What was fetched while the seat was lost may be another member's by now.
      const batches = await this.#fetcher.next({ ...call, mayDeliver: () => this.#session.delivering })
      if (batches.length > 0) return batches
      if (performance.now() >= call.untilMs) return []
    }
  }

  async #assigned(partitions: readonly TopicPartition[], how: { epoch: number }): Promise<void> {
    // Before the callback, in which the caller may seek and pause. Nothing is fetched until the next poll.
    this.#fetcher.add(partitions)
    this.#figures?.assigned()
    try {
      for (const found of (await this.#options.assigned(partitions, how)) ?? []) {
        this.#fetcher.seek(found, found.offset)
      }
    } catch (error) {
      this.#fetcher.remove(partitions)
      throw error
    }
  }

  async #revoked(partitions: readonly TopicPartition[], how: { lost: boolean }): Promise<void> {
    this.#fetcher.remove(partitions)
    this.#figures?.revoked(partitions)
    await this.#options.revoked(partitions, how)
  }

  #retrying<T>(attempt: (call: { signal: AbortSignal }) => Promise<T>): Promise<T> {
    const { config, signal } = this.#cluster
    return retrying({ config, timeoutMs: this.#config.defaultApiTimeoutMs, signal }, () =>
      attempt({ signal }),
    )
  }
}

const isRebalance = (error: unknown): error is KafkaError =>
  error instanceof KafkaError && error.code === 'REBALANCE_IN_PROGRESS'
