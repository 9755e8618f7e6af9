import type { KafkaError, OutgoingRecord } from '../types.ts'
import { Batch } from './batch.ts'
import type { ProducerConfig } from './config.ts'
import { partitionOfKey } from './murmur2.ts'
import { PartitionQueue } from './partition-queue.ts'
import { bodyBytes } from './record-batch.ts'

interface TopicQueues<R extends OutgoingRecord> {
  readonly partitions: PartitionQueue<R>[]
  /** Where records without a key go until a batch is full. */
  sticky: number
  stickyBytes: number
}

/** Sorts records into the batches of their partitions. */
export class Accumulator<R extends OutgoingRecord> {
  readonly #config: Pick<ProducerConfig, 'batchBytes' | 'maxRequestBytes'>
  readonly #topics = new Map<string, TopicQueues<R>>()
  readonly #active = new Set<PartitionQueue<R>>()

  constructor(config: Pick<ProducerConfig, 'batchBytes' | 'maxRequestBytes'>) {
    this.#config = config
  }

  /** Queues that aren't empty; those that became so are dropped from the list on the way. */
  *queues(): Iterable<PartitionQueue<R>> {
    for (const queue of this.#active) {
      if (queue.empty) this.#active.delete(queue)
      else yield queue
    }
  }

  /** Puts a record into a batch of its partition. True: a batch is complete, there is something to send at once. */
  add(record: R, how: { partitions: number; generation: number; now: number }): boolean {
    const topic = this.#topic(record.topic)
    const partition = record.partition ?? this.#partitionOf(record, topic, how.partitions)
    const queue = this.#queue(topic, record.topic, partition)
    this.#active.add(queue)
    const limit = this.#config.batchBytes
    const timestamp = record.timestamp ?? Date.now()
    const open = queue.queued.at(-1)
    if (open && !open.closed && open.generation === how.generation && open.tryAdd(record, timestamp, limit)) {
      return open.bytes >= limit || queue.queued.length > 1
    }
    if (open) open.closed = true
    const batch = new Batch<R>(how.now, how.generation)
    batch.tryAdd(record, timestamp, limit)
    queue.queued.push(batch)
    return open !== undefined || batch.bytes >= limit
  }

  /** Queues a record that is to fail in its turn. */
  addDoomed(record: R, how: { partition: number; generation: number; now: number; error: KafkaError }): void {
    const queue = this.#queue(this.#topic(record.topic), record.topic, how.partition)
    const open = queue.queued.at(-1)
    if (open) open.closed = true
    const batch = new Batch<R>(how.now, how.generation)
    batch.tryAdd(record, 0, 0)
    batch.closed = true
    batch.doom = how.error
    queue.queued.push(batch)
    this.#active.add(queue)
  }

  #topic(name: string): TopicQueues<R> {
    const known = this.#topics.get(name)
    if (known) return known
    const topic = { partitions: [], sticky: Number.POSITIVE_INFINITY, stickyBytes: 0 }
    this.#topics.set(name, topic)
    return topic
  }

  #queue(topic: TopicQueues<R>, name: string, partition: number): PartitionQueue<R> {
    const queue = topic.partitions[partition] ?? new PartitionQueue<R>(name, partition)
    topic.partitions[partition] = queue
    return queue
  }

  /** Without a key: one partition until `batch.size` bytes went there, then another (KIP-480, KIP-794). */
  #partitionOf(record: R, topic: TopicQueues<R>, partitions: number): number {
    if (record.key !== null) return partitionOfKey(record.key, partitions)
    const bytes = bodyBytes(record, 0, 0)
    if (topic.stickyBytes + bytes > this.#config.batchBytes || topic.sticky >= partitions) {
      const left = topic.partitions[topic.sticky]?.queued.at(-1)
      if (left) left.closed = true
      topic.sticky = another(topic.sticky, partitions)
      topic.stickyBytes = 0
    }
    topic.stickyBytes += bytes
    return topic.sticky
  }
}

/** A random partition, not the same one again if there are several. */
function another(last: number, partitions: number): number {
  const step = 1 + Math.floor(Math.random() * Math.max(1, partitions - 1))
  return ((last < partitions ? last : 0) + step) % partitions
}
