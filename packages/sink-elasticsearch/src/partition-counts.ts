import {
  ConfigurationError,
  type Offsets,
  parseJson,
  type SinkContext,
  type TopicPartition,
} from '@sluice/template'

export interface PartitionCountOptions {
  readonly context: Pick<SinkContext<unknown>, 'committed' | 'partitionCount'>
  /** Do the topic's documents get their versions from offsets? */
  readonly applies: (topic: string) => boolean
  /** Topic to the count that the operator has acknowledged. */
  readonly acknowledged: ReadonlyMap<string, string>
}

/**
 * Remembers how many partitions a topic had, in the metadata of the group's own commits. After a change a key may live in another partition,
 * whose offsets are lower: its updates would be taken for old ones and dropped.
 */
export class PartitionCounts {
  readonly #options: PartitionCountOptions
  readonly #counts = new Map<string, number>()

  constructor(options: PartitionCountOptions) {
    this.#options = options
  }

  /** Rejects where a topic's count is another than its commits say, unless acknowledged. */
  async check(partitions: readonly TopicPartition[]): Promise<void> {
    const { applies, context, acknowledged } = this.#options
    for (const topic of new Set(partitions.map((partition) => partition.topic))) {
      if (!applies(topic)) continue
      const count = await context.partitionCount(topic)
      const all = Array.from({ length: count }, (_, partition) => ({ topic, partition }))
      const before = (await context.committed(all)).flatMap((one) => countIn(one?.metadata) ?? [])
      // One commit with the present count is enough: others may be older than an acknowledged change.
      if (before.length > 0 && !before.includes(count) && acknowledged.get(topic) !== String(count)) {
        throw new ConfigurationError(changed(topic, Math.max(...before), count))
      }
      this.#counts.set(topic, count)
    }
  }

  /** The same offsets, with the count beside each. */
  annotate(offsets: Offsets): Offsets {
    return offsets.map((one) => {
      const partitions = this.#counts.get(one.topic)
      return partitions === undefined ? one : { ...one, metadata: JSON.stringify({ partitions }) }
    })
  }
}

function countIn(metadata: string | undefined): number | undefined {
  if (!metadata?.startsWith('{')) return undefined
  try {
    const { partitions } = parseJson(metadata) as { partitions?: unknown }
    return typeof partitions === 'number' ? partitions : undefined
  } catch {
    return undefined
  }
}

function changed(topic: string, before: number, now: number): string {
  return (
    `Topic ${topic} has ${now} partitions, but had ${before} when its offsets were committed. Its documents are versioned by offset, and a key ` +
    'that moved to another partition would have its updates dropped as old. Write to a new index from the beginning of the topic, ' +
    'give versions by external.version.header, or set external.version=none; to go on regardless, ' +
    `set partition.count.acknowledged=${topic}:${now}.`
  )
}
