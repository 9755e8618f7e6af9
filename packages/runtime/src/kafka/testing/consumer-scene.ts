import { randomUUID } from 'node:crypto'
import kafkajs, { type Admin, type Message, type Producer } from 'kafkajs'
import { Cluster } from '../cluster.ts'
import { Consumer } from '../consumer.ts'
import type { ClientConfig } from '../client-config.ts'
import {
  type FetchedBatch,
  type FetchedRecord,
  type GroupConsumerOptions,
  KafkaError,
  type TopicPartition,
} from '../types.ts'

/** What a member was told and what it read, in order. */
export type Happening =
  | { readonly type: 'assigned'; readonly partitions: readonly string[]; readonly epoch: number }
  | { readonly type: 'revoked'; readonly partitions: readonly string[]; readonly lost: boolean }
  | { readonly type: 'read'; readonly partition: number; readonly offset: bigint; readonly value: string }

export interface MemberOptions extends Partial<GroupConsumerOptions> {
  readonly groupId: string
  readonly topics: readonly string[] | RegExp
}

/** One member and its own connections, with a record of what happened to it. */
export class Member {
  readonly consumer: Consumer
  readonly happenings: Happening[] = []
  readonly warnings: string[] = []
  readonly #stopping = new AbortController()
  #looping: Promise<void> | undefined

  constructor(config: ClientConfig, options: MemberOptions) {
    const log = (...args: unknown[]): void => void this.warnings.push(args.map(String).join(' '))
    const own = { debug: () => undefined, info: log, warn: log, error: log }
    this.consumer = new Consumer(
      {
        groupId: options.groupId,
        topics: options.topics,
        settings: { 'session.timeout.ms': '6000', 'heartbeat.interval.ms': '300', ...options.settings },
        ...(options.successorOf !== undefined && { successorOf: options.successorOf }),
        ...(options.named && { named: options.named }),
        assigned: async (partitions, how) => {
          this.happenings.push({ type: 'assigned', partitions: partitions.map(nameOf), epoch: how.epoch })
          return options.assigned?.(partitions, how)
        },
        revoked: async (partitions, how) => {
          this.happenings.push({ type: 'revoked', partitions: partitions.map(nameOf), lost: how.lost })
          await options.revoked?.(partitions, how)
        },
      },
      { cluster: new Cluster(config), log: own },
    )
  }

  /** Polls on and on, also after retriable errors, and notes what comes; `work` is done on each result. */
  run(work: (batches: readonly FetchedBatch[]) => Promise<void> = () => Promise.resolve()): void {
    const { signal } = this.#stopping
    this.#looping = this.#loop(signal, work).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
    this.#looping.catch(() => undefined)
  }

  async #loop(signal: AbortSignal, work: (batches: readonly FetchedBatch[]) => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        const batches = await this.consumer.poll({ signal })
        this.note(batches)
        await work(batches)
      } catch (error) {
        if (!(error instanceof KafkaError && error.retriable)) throw error
        this.warnings.push(error.message)
      }
    }
  }

  note(batches: readonly FetchedBatch[]): void {
    for (const { partition, records } of batches) {
      for (const { offset, value } of records) {
        this.happenings.push({ type: 'read', partition, offset, value: String(value) })
      }
    }
  }

  /** Polls until so many records have come, or rejects. */
  async read(count: number, timeoutMs = 20_000): Promise<readonly FetchedRecord[]> {
    const signal = AbortSignal.timeout(timeoutMs)
    const records: FetchedRecord[] = []
    while (records.length < count) {
      const batches = await this.consumer.poll({ signal })
      this.note(batches)
      records.push(...batches.flatMap((batch) => batch.records))
    }
    return records
  }

  values(): readonly string[] {
    return this.happenings.flatMap((one) => (one.type === 'read' ? [one.value] : []))
  }

  /** Rejects with what the loop failed with. */
  async ended(): Promise<void> {
    await this.#looping
  }

  /** Rejects with what the loop failed with. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    try {
      await this.#looping
    } finally {
      await this.consumer.close()
    }
  }
}

/** Topics, records and members on a real broker; what is made here is removed by `end`. */
export class ConsumerScene {
  readonly config: ClientConfig
  readonly admin: Admin
  readonly kafka: kafkajs.Kafka
  readonly #topics: string[] = []
  readonly #members: Member[] = []
  readonly #producers: Producer[] = []

  private constructor(bootstrapServers: string) {
    const brokers = bootstrapServers.split(',')
    this.kafka = new kafkajs.Kafka({
      brokers,
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { initialRetryTime: 200, retries: 10 },
    })
    this.admin = this.kafka.admin()
    this.config = {
      bootstrap: brokers.map((address) => {
        const [host = '', port] = address.split(':')
        return { host, port: Number(port) }
      }),
      clientId: 'test',
      requestTimeoutMs: 30_000,
      connectionSetupTimeoutMs: 5000,
      connectionsMaxIdleMs: 540_000,
      reconnectBackoffMs: 50,
      reconnectBackoffMaxMs: 500,
      retryBackoffMs: 50,
      retryBackoffMaxMs: 500,
      metadataMaxAgeMs: 300_000,
    }
  }

  static async open(kafka: { readonly bootstrapServers: string }): Promise<ConsumerScene> {
    const scene = new ConsumerScene(kafka.bootstrapServers)
    await scene.admin.connect()
    return scene
  }

  /** A name that no other test has. */
  name(prefix = 'consumer'): string {
    return `${prefix}-${randomUUID().slice(0, 8)}`
  }

  async topic(
    options: { name?: string; partitions?: number; configs?: Readonly<Record<string, string>> } = {},
  ): Promise<string> {
    const { name = this.name(), partitions = 1, configs = {} } = options
    const configEntries = Object.entries(configs).map(([key, value]) => ({ name: key, value }))
    await this.admin.createTopics({
      topics: [{ topic: name, numPartitions: partitions, configEntries }],
      waitForLeaders: true,
    })
    this.#topics.push(name)
    return name
  }

  /** By kafkajs's own producer. */
  async produce(
    topic: string,
    messages: readonly Message[],
    compression = kafkajs.CompressionTypes.None,
  ): Promise<void> {
    const producer = await this.producer()
    await producer.send({ topic, messages: [...messages], compression })
  }

  async producer(options: kafkajs.ProducerConfig = {}): Promise<Producer> {
    const producer = this.kafka.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      ...options,
    })
    await producer.connect()
    this.#producers.push(producer)
    return producer
  }

  member(options: MemberOptions, config: Partial<ClientConfig> = {}): Member {
    const member = new Member({ ...this.config, ...config }, options)
    this.#members.push(member)
    return member
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.#members.splice(0).map((member) => member.stop()))
    await Promise.allSettled(this.#producers.splice(0).map((producer) => producer.disconnect()))
    const there = new Set(await this.admin.listTopics())
    const topics = [...new Set(this.#topics.splice(0))].filter((topic) => there.has(topic))
    if (topics.length > 0) await this.admin.deleteTopics({ topics })
    await this.admin.disconnect()
  }
}

/** Waits until it holds, looking again and again; rejects with what was seen last. */
export const eventually = async (
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> => {
  const untilMs = performance.now() + timeoutMs
  while (!(await holds())) {
    if (performance.now() > untilMs)
      throw new Error(`It didn't come true in ${timeoutMs} ms: ${holds.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export const numbered = (count: number, from = 0): readonly Message[] =>
  Array.from({ length: count }, (_, i) => ({ key: `k${from + i}`, value: `v${from + i}` }))

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}:${partition}`
