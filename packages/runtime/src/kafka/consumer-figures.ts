import type { FigureSink } from '../telemetry/figure-sink.ts'
import type { ClientFigures } from './client-figures.ts'
import type { FetchedBatch, TopicPartition } from './types.ts'

type Lag = TopicPartition & { readonly records: bigint }

/** What a consumer counts beside its requests. */
export class ConsumerFigures {
  readonly #of: ClientFigures['of']
  readonly #fetched: FigureSink
  readonly #group: FigureSink

  constructor({ of }: Pick<ClientFigures, 'of'>) {
    this.#of = of
    this.#fetched = of('consumer-fetch-manager')
    this.#group = of('consumer-coordinator')
  }

  polled(
    batches: readonly FetchedBatch[],
    { owned, lag }: { readonly owned: number; readonly lag: readonly Lag[] },
  ): void {
    this.#group.set('assigned-partitions', owned)
    for (const batch of batches) {
      const bytes = bytesOf(batch)
      for (const sink of [this.#fetched, this.#of('consumer-fetch-manager', { topic: batch.topic })]) {
        sink.add('records-consumed-total', batch.records.length)
        sink.add('bytes-consumed-total', bytes)
      }
    }
    if (batches.length === 0) return
    for (const one of lag) this.#partition(one).set('records-lag', Number(one.records))
    const most = lag.reduce((max, { records }) => (records > max ? records : max), 0n)
    this.#fetched.set('records-lag-max', Number(most))
  }

  committed(ms: number): void {
    this.#group.add('commit-total', 1)
    this.#group.measure('commit-latency', ms)
  }

  assigned(): void {
    this.#group.add('rebalance-total', 1)
  }

  /** The lag of what others own is theirs to tell. */
  revoked(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) this.#partition(one).set('records-lag', Number.NaN)
  }

  #partition({ topic, partition }: TopicPartition): FigureSink {
    return this.#of('consumer-fetch-manager', { topic, partition: String(partition) })
  }
}

function bytesOf({ records }: FetchedBatch): number {
  let bytes = 0
  for (const { key, value } of records) bytes += (key?.length ?? 0) + (value?.length ?? 0)
  return bytes
}
