import { Cluster } from '../cluster.ts'
import { closedError, protocolError } from '../errors.ts'
import {
  KafkaError,
  type KafkaOptions,
  type OutgoingRecord,
  type Producer,
  type ProducerOptions,
} from '../types.ts'
import { Accumulator } from './accumulator.ts'
import type { Batch } from './batch.ts'
import type { ProducerConfig } from './config.ts'
import { IdentitySource } from './identity.ts'
import { ProducerFigures } from './producer-figures.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { Sender } from './sender.ts'
import { TopicTable } from './topic-table.ts'
import type { Transaction } from './transaction.ts'
import { Unsettled } from './unsettled.ts'
import type { Ending } from './verdicts.ts'

/** The head of a batch, and a record's own lengths. */
const overheadBytes = 75

interface Waiting<R> {
  readonly since: number
  readonly entries: Array<{ readonly record: R; readonly generation: number }>
  readonly timer: NodeJS.Timeout
}

export interface KafkaProducerOptions<R extends OutgoingRecord> extends Omit<ProducerOptions<R>, 'settings'> {
  readonly log: KafkaOptions['log']
  /** Present: nothing is sent outside of it, and what isn't delivered dooms it. */
  readonly transaction?: Transaction
  /** Closed with the producer. Default: one of its own. */
  readonly cluster?: Cluster
}

/** The producer of `types.ts`. */
export class KafkaProducer<R extends OutgoingRecord> implements Producer<R> {
  readonly #config: ProducerConfig
  readonly #delivered: ProducerOptions<R>['delivered']
  readonly #cluster: Cluster
  readonly #topics: TopicTable
  readonly #accumulator: Accumulator<R>
  readonly #sender: Sender<R>
  readonly #unsettled: Unsettled
  /** Records of topics that aren't known yet. */
  readonly #waiting = new Map<string, Waiting<R>>()
  readonly #figures: ProducerFigures | undefined
  #closed: Promise<void> | undefined

  constructor(config: ProducerConfig, options: KafkaProducerOptions<R>) {
    const { log, fencingId, transaction } = options
    this.#config = config
    this.#figures = config.client.figures && new ProducerFigures(config.client.figures)
    this.#delivered = (delivery) => {
      options.delivered(delivery)
      if (delivery.error) transaction?.doom(delivery.error)
    }
    this.#cluster = options.cluster ?? new Cluster(config.client)
    this.#unsettled = new Unsettled(config.bufferBytes)
    this.#accumulator = new Accumulator<R>(config)
    this.#topics = new TopicTable({
      cluster: this.#cluster,
      learned: () => this.#admitWaiting(),
      failed: (topic, error) => this.#failWaiting(topic, error),
      log,
    })
    const identities = new IdentitySource({ cluster: this.#cluster, log, fencingId })
    this.#sender = new Sender<R>({
      config,
      cluster: this.#cluster,
      topics: this.#topics,
      queues: () => this.#accumulator.queues(),
      newIdentity: () => identities.next(),
      transaction,
      flushing: (batch) => batch.generation < this.#unsettled.generation,
      settled: (queue, batch, ending) => this.#settled(queue, batch, ending),
      log,
    })
    transaction?.watch({
      changed: () => this.#sender.wake(),
      doomed: (error) => this.#failAll(error),
    })
  }

  async send(records: readonly R[], call: { signal?: AbortSignal } = {}): Promise<void> {
    if (this.#closed) throw closedError('The Kafka producer')
    call.signal?.throwIfAborted()
    if (this.#unsettled.full) await this.#unsettled.room(call.signal)
    const complete = this.#takeAll(records)
    this.#unsettled.admitted()
    if (complete) this.#sender.wake()
    else this.#sender.wakeIn(this.#config.lingerMs)
  }

  async flush(call: { signal?: AbortSignal } = {}): Promise<void> {
    const flushed = this.#unsettled.nextGeneration(call.signal)
    this.#sender.wake()
    await flushed
  }

  /** Resolves when nothing is in flight, settled or not. */
  idle(): Promise<void> {
    return this.#sender.idle()
  }

  close(call: { timeoutMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#close(call.timeoutMs ?? 5000)
    return this.#closed
  }

  async #close(timeoutMs: number): Promise<void> {
    const error = closedError('The Kafka producer')
    this.#unsettled.close(error)
    try {
      await this.flush({ signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined)
    } finally {
      this.#failAll(error)
      this.#sender.stop()
      this.#cluster.close()
    }
  }

  #failAll(error: KafkaError): void {
    for (const topic of this.#waiting.keys()) this.#failWaiting(topic, error)
    this.#sender.failAll(error)
  }

  /** True: there is something to send at once. */
  #takeAll(records: readonly R[]): boolean {
    const { generation } = this.#unsettled
    const now = performance.now()
    let complete = this.#config.lingerMs === 0
    for (const record of records) {
      this.#unsettled.took(generation, recordBytes(record))
      if (this.#take(record, generation, now)) complete = true
    }
    return complete
  }

  #take(record: R, generation: number, now: number): boolean {
    const partitions = this.#waiting.has(record.topic)
      ? 0
      : (this.#topics.get(record.topic)?.partitions.length ?? 0)
    if (partitions === 0) {
      this.#wait(record, generation)
      return false
    }
    const error = this.#unsendable(record, partitions)
    if (!error) return this.#accumulator.add(record, { partitions, generation, now })
    const partition = record.partition ?? 0
    this.#accumulator.addDoomed(record, { partition, generation, now, error })
    return true
  }

  #unsendable(record: R, partitions: number): KafkaError | undefined {
    const bytes = recordBytes(record)
    const { maxRequestBytes } = this.#config
    if (bytes > maxRequestBytes) {
      const text = `A record for ${record.topic} takes ${bytes} bytes, more than max.request.size (${maxRequestBytes}).`
      return new KafkaError(text, { code: 'MESSAGE_TOO_LARGE', retriable: false })
    }
    const { partition = 0 } = record
    if (partition >= 0 && partition < partitions) return undefined
    const text = `A record is for partition ${partition} of ${record.topic}, which has ${partitions} partitions.`
    return new KafkaError(text, { code: 'UNKNOWN_TOPIC_OR_PARTITION', retriable: false })
  }

  #wait(record: R, generation: number): void {
    const { topic } = record
    const known = this.#waiting.get(topic)
    if (known) {
      known.entries.push({ record, generation })
      return
    }
    const timer = setTimeout(() => this.#failWaiting(topic, this.#notFound(topic)), this.#config.maxBlockMs)
    this.#waiting.set(topic, { since: performance.now(), entries: [{ record, generation }], timer })
  }

  #notFound(topic: string): KafkaError {
    const doing = `waiting ${this.#config.maxBlockMs} ms (max.block.ms) for the metadata of topic ${topic}`
    const { lastError } = this.#topics
    if (!lastError) return protocolError(3, doing)
    return new KafkaError(`Failed while ${doing}: ${lastError.message}`, {
      code: lastError.code,
      retriable: true,
      cause: lastError,
    })
  }

  #admitWaiting(): void {
    for (const [topic, { entries, timer, since }] of this.#waiting) {
      if (!this.#topics.get(topic)?.partitions.length) continue
      clearTimeout(timer)
      this.#waiting.delete(topic)
      for (const { record, generation } of entries) this.#take(record, generation, since)
    }
    this.#sender.wake()
  }

  #failWaiting(topic: string, error: KafkaError): void {
    const waiting = this.#waiting.get(topic)
    if (!waiting) return
    clearTimeout(waiting.timer)
    this.#waiting.delete(topic)
    this.#topics.forget(topic)
    for (const [generation, entries] of Map.groupBy(waiting.entries, (entry) => entry.generation)) {
      const records = entries.map((entry) => entry.record)
      this.#delivered({ records, error })
      this.#release(generation, records)
    }
  }

  #settled(queue: PartitionQueue<R>, batch: Batch<R>, ending: Ending): void {
    const { records } = batch
    this.#figures?.settled(queue.topic, batch, !('error' in ending))
    if ('error' in ending) this.#delivered({ records, error: ending.error })
    else this.#delivered({ records, partition: queue.partition, baseOffset: ending.baseOffset })
    this.#release(batch.generation, records)
  }

  #release(generation: number, records: readonly R[]): void {
    this.#unsettled.settled(
      generation,
      records.length,
      records.reduce((sum, record) => sum + recordBytes(record), 0),
    )
  }
}

/** About what a record takes as a batch of its own. */
function recordBytes(record: OutgoingRecord): number {
  let bytes = overheadBytes + (record.key?.length ?? 0) + (record.value?.length ?? 0)
  for (const { key, value } of record.headers ?? []) bytes += Buffer.byteLength(key) + (value?.length ?? 0)
  return bytes
}
