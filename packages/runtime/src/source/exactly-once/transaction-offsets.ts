import type { Json, Logger, SourceOrigin, SourcePartition } from '@sluice/template'
import type { Admin, OutgoingRecord, Stretch, TopicReader } from '../../kafka/types.ts'
import { OffsetView, type RawOffset } from '../../offsets/offset-view.ts'
import type { OffsetStore } from '../../offsets/offset-store.ts'

export interface TransactionOffsetsOptions {
  readonly topic: string
  readonly connector: string
  readonly admin: Pick<Admin, 'offsets'>
  /** Of `read_committed`. */
  readonly reader: Pick<TopicReader, 'read'>
  /** The worker's own store, where the topic is the connector's alone: read where the topic has nothing, written after the transaction. */
  readonly behind: Pick<OffsetStore, 'get' | 'set'> | undefined
  readonly log: Logger
}

/** A source's offsets as records of its transactions, and how far it has got by what is committed. */
export class TransactionOffsets {
  readonly topic: string
  readonly #options: TransactionOffsetsOptions
  #view = new OffsetView()

  constructor(options: TransactionOffsetsOptions) {
    this.topic = options.topic
    this.#options = options
  }

  /**
   * Stored offsets, after all that was written before the call is either committed or aborted: other tasks' transactions of this moment are waited for, because
   * what is committed behind an open one isn't seen before it ends.
   */
  async get(partitions: readonly SourcePartition[]): Promise<readonly (Json | undefined)[]> {
    await this.#read()
    const { connector, behind } = this.#options
    const own = partitions.map((partition) => this.#view.get(connector, partition))
    if (behind === undefined || own.every((offset) => offset !== undefined)) return own
    const others = await behind.get(connector, partitions)
    return own.map((offset, index) => offset ?? others[index])
  }

  /** What to write within the transaction. */
  records(origins: readonly SourceOrigin<Json>[]): readonly OutgoingRecord[] {
    const { topic } = this.#options
    return this.#writes(origins).map(({ key, value }) => ({ topic, key, value }))
  }

  /** The transaction with them is committed. */
  async stored(origins: readonly SourceOrigin<Json>[]): Promise<void> {
    for (const raw of this.#writes(origins)) this.#view.put(raw)
    const { behind, connector, log } = this.#options
    if (behind === undefined || origins.length === 0) return
    try {
      await behind.set(connector, origins)
    } catch (error) {
      // the connector's own topic is the one that counts
      log.warn({ err: error }, "Offsets could not be copied to the worker's own.")
    }
  }

  #writes(origins: readonly SourceOrigin<Json>[]): readonly RawOffset[] {
    return this.#view.writes(this.#options.connector, origins)
  }

  async #read(): Promise<void> {
    const { topic, admin, reader } = this.#options
    const [starts, ends] = await Promise.all([
      admin.offsets(topic, 'earliest'),
      admin.offsets(topic, 'latest'),
    ])
    const stretches: Stretch[] = [...ends].map(([partition, end]) => ({
      topic,
      partition,
      start: starts.get(partition) ?? 0n,
      end,
    }))
    const view = new OffsetView()
    await reader.read(stretches, ({ key, value }) => {
      if (key !== null) view.put({ key: Buffer.from(key), value: value && Buffer.from(value) })
    })
    this.#view = view
  }
}
