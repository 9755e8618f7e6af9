import { Broker, type CallOptions } from './broker.ts'
import type { ClientConfig, HostPort } from './client-config.ts'
import { findCoordinatorApi, type MetadataAnswer, metadataApi } from './cluster-apis.ts'
import { asKafkaError, closedError, protocolError } from './errors.ts'

export interface PartitionMetadata {
  readonly partition: number
  /** -1: none at the moment. */
  readonly leader: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
}

export interface TopicMetadata {
  readonly name: string
  readonly internal: boolean
  /** By partition number, without gaps. */
  readonly partitions: readonly PartitionMetadata[]
}

/**
 * The brokers of a cluster and who leads what. Metadata is cached per topic up to `metadata.max.age.ms` and never refreshed behind the
 * caller's back: who meets NOT_LEADER or a broken connection calls `refresh` (after its backoff) and asks again. No call is retried here
 * (see `retrying`). Group coordinators have connections of their own, so that a fetch that waits doesn't hold up a heartbeat.
 */
export class Cluster {
  readonly config: ClientConfig
  #seeds: readonly Broker[]
  readonly #formerSeeds: Broker[] = []
  #rediscovering: Promise<void> | undefined
  readonly #brokers = new Map<number, Broker>()
  readonly #coordinatorBrokers = new Map<number, Broker>()
  readonly #coordinators = new Map<string, number>()
  readonly #topics = new Map<string, { readonly topic: TopicMetadata; readonly askedAt: number }>()
  readonly #closing = new AbortController()
  #clusterId = ''
  #controllerId = -1
  #nextSeed = 0

  constructor(config: ClientConfig) {
    this.config = config
    this.#seeds = config.bootstrap.map((address) => new Broker(-1, address, config))
  }

  /** Aborts when the cluster is closed. */
  get signal(): AbortSignal {
    return this.#closing.signal
  }

  /** Metadata of these topics, from the cache where it is young enough. Topics that don't exist are absent from the answer. */
  async topics(
    names: readonly string[],
    options: CallOptions = {},
  ): Promise<ReadonlyMap<string, TopicMetadata>> {
    const oldest = performance.now() - this.config.metadataMaxAgeMs
    const missing = names.filter(
      (name) => (this.#topics.get(name)?.askedAt ?? Number.NEGATIVE_INFINITY) < oldest,
    )
    if (missing.length > 0) await this.refresh(missing, options)
    return new Map(
      names.flatMap((name) => {
        const known = this.#topics.get(name)
        return known ? [[name, known.topic]] : []
      }),
    )
  }

  /** Asks a broker about these topics, past the cache. Topics that don't exist leave it. */
  async refresh(names: readonly string[], options: CallOptions = {}): Promise<void> {
    if (names.length > 0) await this.#ask(names, options)
  }

  /** Metadata of all topics that may be described. */
  async allTopics(options: CallOptions = {}): Promise<ReadonlyMap<string, TopicMetadata>> {
    const answer = await this.#ask([], options)
    return new Map(
      answer.topicMetadata.flatMap(({ topic }) => {
        const known = this.#topics.get(topic)
        return known ? [[topic, known.topic]] : []
      }),
    )
  }

  async clusterId(): Promise<string> {
    if (this.#clusterId === '') await this.#ask([], {})
    return this.#clusterId
  }

  /** The broker that leads a partition, from cached metadata. Rejects as retriable while there is no leader. */
  async leader(topic: string, partition: number): Promise<Broker> {
    const metadata = (await this.topics([topic])).get(topic)
    if (!metadata) throw protocolError(3, `looking for topic ${topic}`)
    const found = metadata.partitions[partition]
    if (!found) throw protocolError(3, `looking for ${topic}-${partition}`)
    const broker = this.#brokers.get(found.leader)
    if (!broker) throw protocolError(5, `looking for the leader of ${topic}-${partition}`)
    return broker
  }

  /** A broker by its node id, for instance the leader that `topics` names; undefined while metadata doesn't list it. */
  broker(nodeId: number): Broker | undefined {
    return this.#brokers.get(nodeId)
  }

  /** All brokers that metadata lists. */
  async brokers(): Promise<readonly Broker[]> {
    if (this.#brokers.size === 0) await this.#ask([], {})
    return [...this.#brokers.values()]
  }

  async controller(): Promise<Broker> {
    if (!this.#brokers.has(this.#controllerId)) await this.#ask([], {})
    const broker = this.#brokers.get(this.#controllerId)
    if (!broker) throw protocolError(41, 'looking for the controller')
    return broker
  }

  /** After NOT_CONTROLLER or a broken connection: the next call looks for it again. */
  forgetController(): void {
    this.#controllerId = -1
  }

  /** The coordinator of a group, found once and kept until `forgetCoordinator`. */
  async coordinator(groupId: string, options: CallOptions = {}): Promise<Broker> {
    const known = this.#coordinatorBrokers.get(this.#coordinators.get(groupId) ?? -1)
    if (known) return known
    const request = { groupId, coordinatorType: 0 } as const
    const answer = await this.anyBroker((broker) => broker.call(findCoordinatorApi, request, options))
    if (answer.errorCode !== 0)
      throw protocolError(answer.errorCode, `looking for the coordinator of group ${groupId}`)
    const { nodeId, host, port } = answer.coordinator
    this.#coordinators.set(groupId, nodeId)
    return this.#keep(this.#coordinatorBrokers, nodeId, { host, port })
  }

  /** The coordinator of a transactional id, looked for anew by each call. */
  async transactionCoordinator(transactionalId: string): Promise<Broker> {
    const request = { groupId: transactionalId, coordinatorType: 1 } as const
    const answer = await this.anyBroker((broker) => broker.call(findCoordinatorApi, request))
    if (answer.errorCode !== 0)
      throw protocolError(
        answer.errorCode,
        `looking for the coordinator of transactional id ${transactionalId}`,
      )
    const { nodeId, host, port } = answer.coordinator
    return this.#keep(this.#brokers, nodeId, { host, port })
  }

  /** After NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE or a broken connection: the next call looks for it again. */
  forgetCoordinator(groupId: string): void {
    this.#coordinators.delete(groupId)
  }

  /**
   * Calls `use` with one broker after the other, connected ones first, then the bootstrap servers, until one can be reached. Where none can,
   * bootstrap servers are looked for anew, if that is possible.
   */
  async anyBroker<T>(use: (broker: Broker) => Promise<T>): Promise<T> {
    const tried = this.#seeds
    try {
      return await this.#firstOf(this.#candidates(), use)
    } catch (error) {
      if (!isUnreachable(error)) throw error
      // another call may have found others meanwhile
      if (this.#seeds === tried) await this.#rediscover()
      if (this.#seeds === tried) throw error
      return this.#firstOf(this.#seeds, use)
    }
  }

  async #firstOf<T>(brokers: readonly Broker[], use: (broker: Broker) => Promise<T>): Promise<T> {
    let last: unknown
    for (const broker of brokers) {
      this.#closing.signal.throwIfAborted()
      try {
        return await use(broker)
      } catch (error) {
        last = error
        if (!isUnreachable(error)) throw error
      }
    }
    throw last
  }

  async #rediscover(): Promise<void> {
    this.#rediscovering ??= this.#findSeeds().finally(() => {
      this.#rediscovering = undefined
    })
    return this.#rediscovering
  }

  async #findSeeds(): Promise<void> {
    // who can't be asked either leaves everything as it was: the caller's error says what is wrong
    const found = (await this.config.rediscover?.().catch(() => [])) ?? []
    this.#closing.signal.throwIfAborted()
    const textOf = ({ host, port }: HostPort): string => `${host}:${port}`
    const known = new Map(this.#seeds.map((seed) => [textOf(seed.address), seed]))
    const others = new Map(found.map((address) => [textOf(address), address]))
    if ([...others.keys()].every((text) => known.has(text))) return
    // those of the settings stay, for who wrote them may know a way of his own
    for (const address of this.config.bootstrap) others.set(textOf(address), address)
    // somebody else may be using the ones that go: they are closed with the cluster
    this.#formerSeeds.push(...this.#seeds.filter(({ address }) => !others.has(textOf(address))))
    this.#seeds = [...others].map(
      ([text, address]) => known.get(text) ?? new Broker(-1, address, this.config),
    )
  }

  close(): void {
    this.#closing.abort(closedError('The Kafka client'))
    const known = [...this.#brokers.values(), ...this.#coordinatorBrokers.values()]
    for (const broker of [...this.#seeds, ...this.#formerSeeds, ...known]) broker.close()
  }

  #candidates(): Broker[] {
    const known = [...this.#brokers.values()]
    const start = this.#nextSeed++ % this.#seeds.length
    return [
      ...known.filter((broker) => broker.connected),
      ...known.filter((broker) => !broker.connected),
      ...this.#seeds.slice(start),
      ...this.#seeds.slice(0, start),
    ]
  }

  async #ask(topics: readonly string[], options: CallOptions): Promise<MetadataAnswer> {
    const body = { topics, allowAutoTopicCreation: false }
    const answer = await this.anyBroker((broker) => broker.call(metadataApi, body, options))
    this.#clusterId = answer.clusterId ?? ''
    this.#controllerId = answer.controllerId
    this.#learnBrokers(answer)
    this.#learnTopics(answer)
    return answer
  }

  #learnBrokers(answer: MetadataAnswer): void {
    const listed = new Set(answer.brokers.map((broker) => broker.nodeId))
    for (const { nodeId, host, port } of answer.brokers) this.#keep(this.#brokers, nodeId, { host, port })
    for (const [nodeId, broker] of this.#brokers) {
      if (listed.has(nodeId)) continue
      this.#brokers.delete(nodeId)
      void broker.retire()
    }
    // Bootstrap connections have done their work; they open again if every known broker is gone.
    if (this.#brokers.size > 0) for (const seed of this.#seeds) void seed.retire()
  }

  #learnTopics(answer: MetadataAnswer): void {
    for (const topic of answer.topicMetadata) {
      this.#topics.delete(topic.topic)
      if (topic.topicErrorCode === 3) continue
      // A topic that was just made has no leader yet: its partitions are known all the same.
      if (topic.topicErrorCode !== 0 && topic.topicErrorCode !== 5) {
        throw protocolError(topic.topicErrorCode, `reading the metadata of topic ${topic.topic}`)
      }
      this.#topics.set(topic.topic, { topic: topicMetadata(topic), askedAt: performance.now() })
    }
  }

  #keep(brokers: Map<number, Broker>, nodeId: number, address: HostPort): Broker {
    const known = brokers.get(nodeId)
    if (known && known.address.host === address.host && known.address.port === address.port) return known
    known?.disconnect()
    const broker = new Broker(nodeId, address, this.config)
    brokers.set(nodeId, broker)
    return broker
  }
}

function topicMetadata(answer: MetadataAnswer['topicMetadata'][number]): TopicMetadata {
  const partitions = answer.partitionMetadata
    .map(({ partitionId, leader, replicas, isr }) => ({ partition: partitionId, leader, replicas, isr }))
    .toSorted((a, b) => a.partition - b.partition)
  return { name: answer.topic, internal: answer.isInternal ?? false, partitions }
}

/** Worth another broker: this one can't be reached or didn't answer. */
function isUnreachable(error: unknown): boolean {
  const { code, retriable } = asKafkaError(error, 'asking a broker')
  return retriable && (code === 'NETWORK' || code === 'TIMEOUT')
}
