import type {
  Admin,
  Delivery,
  FetchedBatch,
  FetchedRecord,
  GroupConsumer,
  GroupConsumerOptions,
  GroupMember,
  Kafka,
  KafkaError,
  NewTopic,
  OffsetCommits,
  OutgoingRecord,
  PartitionReader,
  Producer,
  ProducerOptions,
  TailOptions,
  TopicPartition,
  TopicReader,
  TopicTail,
  TransactionalProducer,
  TransactionalProducerOptions,
} from '../../kafka/types.ts'
import { type FakeCoordinator, FakeTransactions } from './fake-transactions.ts'

const notFaked = (): never => {
  throw new Error('What operators ask of the admin is not faked.')
}
const forOperators = {
  alterTopicConfigs: notFaked,
  growTopic: notFaked,
  offsetsAt: notFaked,
  groups: notFaked,
  describeGroup: notFaked,
}

interface Sent {
  readonly record: OutgoingRecord
  readonly settle: (error?: KafkaError) => void
}

/** A cluster in memory: topics of one partition each, one group member. Acknowledgements can be held back and given in any order. */
export class FakeKafka implements Kafka, FakeCoordinator {
  readonly warnings: readonly string[] = []
  readonly topics = new Map<string, FetchedRecord[]>()
  readonly created: NewTopic[] = []
  readonly committed = new Map<string, { offset: bigint; metadata?: string }>()
  readonly commits: OffsetCommits[] = []
  readonly settings: Record<string, Readonly<Record<string, string>>> = {}
  /** Sent and not acknowledged, while `holding`. */
  readonly unacknowledged: Sent[] = []
  holding = false
  /** Thrown by whatever the admin is asked. */
  unreachable: KafkaError | undefined
  /** Decides what brokers say to a record. */
  refuse: (record: OutgoingRecord) => KafkaError | undefined = () => undefined
  /** Errors that the next commits meet. */
  readonly commitErrors: Error[] = []
  readonly epochs = new Map<string, number>()
  readonly commitFates: FakeCoordinator['commitFates'] = []
  readonly transactions: FakeCoordinator['transactions'] = []
  maxPollRecords = 500
  #member: FakeConsumer | undefined

  values(topic: string): readonly string[] {
    return (this.topics.get(topic) ?? []).map(({ value }) => Buffer.from(value ?? 'null').toString())
  }

  add(topic: string, values: readonly (string | null)[], more: Partial<FetchedRecord> = {}): void {
    const log = this.topics.get(topic) ?? []
    this.topics.set(topic, log)
    for (const value of values) {
      log.push({
        offset: BigInt(log.length),
        timestamp: 1000 + log.length,
        timestampType: 'CreateTime',
        key: null,
        value: value === null ? null : Buffer.from(value),
        headers: [],
        ...more,
      })
    }
  }

  /** Makes the member give its partitions back and take them again. */
  rebalance(how: { lost?: boolean } = {}): void {
    this.#member?.startRebalance(how.lost ?? false)
  }

  producer<R extends OutgoingRecord>(options: ProducerOptions<R>): Producer<R> {
    this.settings['producer'] = options.settings
    const waiting = new Set<Promise<void>>()
    const deliver = (delivery: Delivery<R>): void => options.delivered(delivery)
    return {
      send: async (records) => {
        for (const record of records) {
          const { promise, resolve } = Promise.withResolvers<void>()
          waiting.add(promise)
          void promise.then(() => waiting.delete(promise))
          const settle = (error?: KafkaError): void => {
            if (error) deliver({ records: [record], error })
            else deliver({ records: [record], partition: 0, baseOffset: this.append(record) })
            resolve()
          }
          if (this.holding) this.unacknowledged.push({ record, settle })
          else queueMicrotask(() => settle(this.refuse(record)))
        }
      },
      flush: async () => void (await Promise.all(waiting)),
      close: async () => {},
    }
  }

  transactionalProducer<R extends OutgoingRecord>(
    options: TransactionalProducerOptions<R>,
  ): TransactionalProducer<R> {
    this.settings['producer'] = options.settings
    return new FakeTransactions(this, options)
  }

  consumer(options: GroupConsumerOptions): GroupConsumer {
    this.settings['consumer'] = options.settings
    this.#member = new FakeConsumer(this, options)
    return this.#member
  }

  member(): GroupMember {
    throw new Error('Groups of other members than consumers are not faked.')
  }

  reader(): TopicReader {
    const read: TopicReader['read'] = async (stretches, each) => {
      for (const { topic, partition, start, end } of stretches) {
        const log = this.topics.get(topic) ?? []
        for (const record of log.slice(Number(start), Number(end))) each({ topic, partition, ...record })
      }
    }
    return {
      read,
      readToEnd: (topic, each) =>
        read([{ topic, partition: 0, start: 0n, end: BigInt(this.topics.get(topic)?.length ?? 0) }], each),
      close: async () => {},
    }
  }

  partitions(): PartitionReader {
    throw new Error('Reading on without a group is not faked.')
  }

  /** Tells what there is when it is asked for the end. */
  tail({ topic, record }: TailOptions): TopicTail {
    let told = 0
    return {
      readToEnd: async () => {
        const log = this.topics.get(topic) ?? []
        for (const one of log.slice(told)) record({ topic, partition: 0, ...one })
        told = log.length
      },
      close: async () => {},
    }
  }

  admin(): Admin {
    return {
      clusterId: async () => 'fake',
      describeTopics: async (names = [...this.topics.keys()]) => {
        this.#answer()
        return new Map(
          names
            .filter((name) => this.topics.has(name))
            .map((name) => {
              const partition = { partition: 0, leader: 1, replicas: [1], isr: [1] }
              return [name, { name, internal: false, partitions: [partition] }]
            }),
        )
      },
      createTopics: async (topics) => {
        for (const topic of topics) {
          this.created.push(topic)
          this.topics.set(topic.name, [])
        }
        return new Map(topics.map(({ name }) => [name, true]))
      },
      deleteTopics: async (names) => {
        for (const name of names) this.topics.delete(name)
      },
      topicConfigs: async () => new Map(),
      offsets: async (topic, at) => {
        this.#answer()
        return new Map([[0, at === 'earliest' ? 0n : BigInt(this.topics.get(topic)?.length ?? 0)]])
      },
      groupOffsets: async (_group, topics = [...this.committed.keys()]) => {
        this.#answer()
        return topics.map((topic) => this.committedOf({ topic, partition: 0 }))
      },
      setGroupOffsets: async () => {},
      forgetGroupOffsets: async () => {},
      deleteGroup: async () => {},
      ...forOperators,
      fenceProducers: async (ids) => {
        for (const id of ids) this.epochs.set(id, (this.epochs.get(id) ?? -1) + 1)
      },
      close: async () => {},
    }
  }

  committedOf({ topic, partition }: TopicPartition): TopicPartition & {
    readonly offset: bigint | null
    readonly metadata: string
  } {
    const found = this.committed.get(topic)
    return { topic, partition, offset: found?.offset ?? null, metadata: found?.metadata ?? '' }
  }

  #answer(): void {
    if (this.unreachable !== undefined) throw this.unreachable
  }

  append(record: OutgoingRecord): bigint {
    const log = this.topics.get(record.topic) ?? []
    this.topics.set(record.topic, log)
    log.push({
      offset: BigInt(log.length),
      timestamp: record.timestamp ?? 0,
      timestampType: 'CreateTime',
      key: record.key,
      value: record.value,
      headers: record.headers ?? [],
    })
    return BigInt(log.length - 1)
  }
}

class FakeConsumer implements GroupConsumer {
  readonly #kafka: FakeKafka
  readonly #options: GroupConsumerOptions
  readonly #positions = new Map<string, bigint>()
  readonly #paused = new Set<string>()
  #rebalancing = new AbortController()
  #lost = false
  #owned: readonly TopicPartition[] = []
  #epoch = 0
  #closed = false

  constructor(kafka: FakeKafka, options: GroupConsumerOptions) {
    this.#kafka = kafka
    this.#options = options
  }

  get rebalancing(): AbortSignal {
    return this.#rebalancing.signal
  }

  startRebalance(lost: boolean): void {
    this.#lost = lost
    this.#rebalancing.abort()
  }

  async poll({ signal }: { signal: AbortSignal }): Promise<readonly FetchedBatch[]> {
    signal.throwIfAborted()
    if (this.#rebalancing.signal.aborted) await this.#revoke()
    if (this.#owned.length === 0) await this.#assign()
    const batches = this.#owned.flatMap((owned) => this.#fetch(owned))
    if (batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
    return batches
  }

  async commit(offsets: OffsetCommits): Promise<void> {
    const error = this.#kafka.commitErrors.shift()
    if (error) throw error
    this.#kafka.commits.push(offsets)
    for (const { topic, offset, metadata } of offsets) {
      this.#kafka.committed.set(topic, { offset, ...(metadata !== undefined && { metadata }) })
    }
  }

  async committed(partitions: readonly TopicPartition[]): Promise<ReturnType<FakeKafka['committedOf']>[]> {
    return partitions.map((partition) => this.#kafka.committedOf(partition))
  }

  seek({ topic, offset }: TopicPartition & { offset: bigint }): void {
    this.#positions.set(topic, offset)
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const { topic } of partitions) this.#paused.add(topic)
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const { topic } of partitions) this.#paused.delete(topic)
  }

  assignment(): readonly TopicPartition[] {
    return this.#owned
  }

  lag(): ReadonlyArray<TopicPartition & { readonly records: bigint }> {
    return []
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#revoke()
  }

  async #revoke(): Promise<void> {
    const owned = this.#owned
    this.#owned = []
    this.#rebalancing = new AbortController()
    if (owned.length > 0) await this.#options.revoked(owned, { lost: this.#lost })
    this.#lost = false
  }

  async #assign(): Promise<void> {
    const wanted = this.#options.topics
    const topics =
      wanted instanceof RegExp ? [...this.#kafka.topics.keys()].filter((name) => wanted.test(name)) : wanted
    const partitions = topics.map((topic) => ({ topic, partition: 0 }))
    const own = await this.#options.assigned(partitions, { epoch: ++this.#epoch })
    this.#owned = partitions
    for (const { topic } of partitions)
      this.#positions.set(topic, this.#kafka.committed.get(topic)?.offset ?? 0n)
    for (const { topic, offset } of own ?? []) this.#positions.set(topic, offset)
  }

  #fetch({ topic, partition }: TopicPartition): FetchedBatch[] {
    if (this.#paused.has(topic)) return []
    const log = this.#kafka.topics.get(topic) ?? []
    const from = Number(this.#positions.get(topic) ?? 0n)
    const records = log.slice(from, from + this.#kafka.maxPollRecords)
    if (records.length === 0) return []
    const nextOffset = BigInt(from + records.length)
    this.#positions.set(topic, nextOffset)
    return [{ topic, partition, records, nextOffset, highWatermark: BigInt(log.length) }]
  }
}
