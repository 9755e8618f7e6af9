import type { Cluster } from './cluster.ts'
import { decompress } from './codecs.ts'
import { consumerConfig } from './consumer-config.ts'
import { Fetcher } from './fetch/fetcher.ts'
import type { Settings } from './settings/setting-reader.ts'
import {
  type FetchedBatch,
  KafkaError,
  type KafkaOptions,
  type PartitionReader,
  type Position,
  type TopicPartition,
} from './types.ts'

export interface PartitionReaderParts {
  /** The reader's own; closed with it. */
  readonly cluster: Cluster
  readonly settings: Settings
  readonly log: KafkaOptions['log']
}

const defaultMaxWaitMs = 500

export class KafkaPartitionReader implements PartitionReader {
  readonly #cluster: Cluster
  readonly #fetcher: Fetcher

  constructor(positions: readonly Position[], { cluster, settings, log }: PartitionReaderParts) {
    this.#cluster = cluster
    this.#fetcher = new Fetcher({ cluster, config: consumerConfig(settings), decompress, log })
    this.#fetcher.add(positions)
    for (const one of positions) this.#fetcher.start(one, one.offset)
  }

  async poll(call: { signal: AbortSignal; maxWaitMs?: number }): Promise<readonly FetchedBatch[]> {
    const untilMs = performance.now() + (call.maxWaitMs ?? defaultMaxWaitMs)
    const signal = AbortSignal.any([call.signal, this.#cluster.signal])
    const batches = await this.#fetcher.next({ untilMs, signal })
    const [gone] = this.#fetcher.unpositioned()
    if (batches.length > 0 || gone === undefined) return batches
    throw new KafkaError(
      `${gone.topic}-${gone.partition} has no such offset (any more): what was to be read was deleted, or isn't there yet.`,
      { code: 'OFFSET_OUT_OF_RANGE', retriable: false },
    )
  }

  done(partitions: readonly TopicPartition[]): void {
    this.#fetcher.remove(partitions)
  }

  close(): Promise<void> {
    this.#fetcher.close()
    this.#cluster.close()
    return Promise.resolve()
  }
}
