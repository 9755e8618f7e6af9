import { KafkaProducer } from '../producer/kafka-producer.ts'
import { producerConfig } from '../settings/producer-settings.ts'
import type { KafkaError, OutgoingRecord } from '../types.ts'
import type { FakeBroker } from './fake-broker.ts'

/** A producer of short waits, with a record of what was delivered and what went wrong, by value and in order. */
export class ProducerScene {
  readonly producer: KafkaProducer<OutgoingRecord>
  readonly delivered: string[] = []
  readonly offsets: bigint[] = []
  readonly failed: Array<{ readonly value: string; readonly error: KafkaError }> = []
  readonly warnings: string[] = []

  constructor(
    broker: Pick<FakeBroker, 'port'>,
    settings: Readonly<Record<string, string>> = {},
    fencingId?: string,
  ) {
    const config = producerConfig(
      {
        'bootstrap.servers': `127.0.0.1:${broker.port}`,
        'linger.ms': '0',
        'retry.backoff.ms': '1',
        'retry.backoff.max.ms': '2',
        'reconnect.backoff.ms': '1',
        'reconnect.backoff.max.ms': '2',
        ...settings,
      },
      {},
    )
    const quiet = () => undefined
    const warn = (...args: unknown[]) => void this.warnings.push(args.map(String).join(' '))
    this.producer = new KafkaProducer(config, {
      ...(fencingId !== undefined && { fencingId: async () => fencingId }),
      log: { debug: quiet, info: quiet, warn, error: warn },
      delivered: (delivery) => {
        const values = delivery.records.map(({ value }) => Buffer.from(value ?? []).toString())
        const { error } = delivery
        if (error) this.failed.push(...values.map((value) => ({ value, error })))
        else {
          this.delivered.push(...values)
          this.offsets.push(...values.map((_, index) => delivery.baseOffset + BigInt(index)))
        }
      },
    })
  }

  /** Sends each value as a batch of its own, unless `batch` puts them together. */
  async send(
    values: readonly string[],
    how: { topic?: string; partition?: number; batch?: boolean } = {},
  ): Promise<void> {
    const { topic = 'orders', partition = 0 } = how
    const records = values.map((value) => ({ topic, partition, key: null, value: Buffer.from(value) }))
    if (how.batch) return this.producer.send(records)
    for (const record of records) {
      await this.producer.send([record])
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

export function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `v${index}`)
}
