import type { Cluster } from './cluster.ts'
import { decompress } from './codecs.ts'
import { type ConsumerConfig, consumerConfig } from './consumer-config.ts'
import { closedError, protocolError, timeoutError } from './errors.ts'
import { Fetcher } from './fetch/fetcher.ts'
import { earliest, latest, listOffsets } from './fetch/list-offsets.ts'
import { keyOf } from './group/partitions.ts'
import { retrying } from './retry.ts'
import type { Settings } from './settings/setting-reader.ts'
import {
  type FetchedRecord,
  KafkaError,
  type KafkaOptions,
  type Stretch,
  type TopicPartition,
  type TopicReader,
} from './types.ts'

export interface ReaderParts {
  /** The reader's own; closed with it. */
  readonly cluster: Cluster
  readonly settings: Settings
  readonly log: KafkaOptions['log']
}

const pollMs = 500

/** Reads by the consumer's settings; `isolation.level` says where the end is while a transaction is open. */
export class KafkaTopicReader implements TopicReader {
  readonly #cluster: Cluster
  readonly #config: ConsumerConfig
  readonly #log: KafkaOptions['log']
  readonly #closing = new AbortController()

  constructor({ cluster, settings, log }: ReaderParts) {
    this.#cluster = cluster
    this.#config = consumerConfig(settings)
    this.#log = log
  }

  async readToEnd(topic: string, each: (record: FetchedRecord & TopicPartition) => void): Promise<void> {
    this.#closing.signal.throwIfAborted()
    await this.read(await this.#stretches(topic), each)
  }

  async read(
    stretches: readonly Stretch[],
    each: (record: FetchedRecord & TopicPartition) => void,
  ): Promise<void> {
    this.#closing.signal.throwIfAborted()
    const wanted = stretches.filter(({ start, end }) => start < end)
    const fetcher = new Fetcher({
      cluster: this.#cluster,
      config: this.#config,
      decompress,
      log: this.#log,
    })
    try {
      fetcher.add(wanted)
      for (const one of wanted) fetcher.start(one, one.start)
      await this.#read(fetcher, new Map(wanted.map((one) => [keyOf(one), one])), each)
    } finally {
      fetcher.close()
    }
  }

  close(): Promise<void> {
    this.#closing.abort(closedError('The reader'))
    this.#cluster.close()
    return Promise.resolve()
  }

  async #read(
    fetcher: Fetcher,
    left: Map<string, Stretch>,
    each: (record: FetchedRecord & TopicPartition) => void,
  ): Promise<void> {
    const { signal } = this.#closing
    const patienceMs = this.#config.defaultApiTimeoutMs
    let movedAtMs = performance.now()
    while (left.size > 0) {
      const batches = await fetcher.next({ untilMs: performance.now() + pollMs, signal })
      if (batches.length > 0) movedAtMs = performance.now()
      else if (performance.now() - movedAtMs > patienceMs) throw stuck([...left.values()], patienceMs)
      const gone = fetcher.unpositioned()[0]
      if (gone) throw truncated(gone)
      for (const { topic, partition, records, nextOffset } of batches) {
        const end = left.get(keyOf({ topic, partition }))?.end ?? 0n
        for (const record of records) if (record.offset < end) each({ topic, partition, ...record })
        if (nextOffset < end) continue
        left.delete(keyOf({ topic, partition }))
        fetcher.remove([{ topic, partition }])
      }
    }
  }

  /** What there is to read of each partition that isn't empty. */
  async #stretches(topic: string): Promise<readonly Stretch[]> {
    const { signal } = this.#closing
    const { config } = this.#cluster
    const { readCommitted, defaultApiTimeoutMs: timeoutMs } = this.#config
    return retrying({ config, timeoutMs, signal }, async () => {
      await this.#cluster.refresh([topic], { signal })
      const found = (await this.#cluster.topics([topic], { signal })).get(topic)
      if (found === undefined) throw protocolError(3, `reading topic ${topic}`)
      const partitions = found.partitions.map(({ partition }) => ({ topic, partition }))
      const at = async (timestamp: bigint): Promise<ReadonlyMap<number, bigint>> => {
        const offsets = await listOffsets(this.#cluster, { partitions, timestamp, readCommitted }, { signal })
        return new Map(offsets.map(({ partition, offset }) => [partition, offset]))
      }
      const [starts, ends] = await Promise.all([at(earliest), at(latest)])
      return partitions
        .map((one) => ({
          ...one,
          start: starts.get(one.partition) ?? 0n,
          end: ends.get(one.partition) ?? 0n,
        }))
        .filter(({ start, end }) => start < end)
    })
  }
}

const truncated = ({ topic, partition }: TopicPartition): KafkaError =>
  new KafkaError(`Records of ${topic}-${partition} were deleted while it was read. Read it again.`, {
    code: 'OFFSET_OUT_OF_RANGE',
    retriable: true,
  })

const stuck = (left: readonly Stretch[], ms: number): Error => {
  const names = left.map(({ topic, partition, end }) => `${topic}-${partition} (to offset ${end})`)
  return timeoutError(`Kafka returned nothing for ${ms} ms while ${names.join(', ')} was to be read.`)
}
