import type { Delivery, KafkaError, OutgoingRecord, Producer, ProducerOptions } from '../../kafka/types.ts'

/** A key and its value in a compacted topic; value null: removed. */
export interface KeyedRecord {
  readonly key: Buffer
  readonly value: Buffer | null
}

export function keyed(key: string, value: string | null): KeyedRecord {
  return { key: Buffer.from(key), value: value === null ? null : Buffer.from(value) }
}

/** A record on its way, with what is to be told when it is there. */
export interface Write extends OutgoingRecord {
  readonly settle: (error: KafkaError | undefined) => void
}

export type MakeProducer = (delivered: ProducerOptions<Write>['delivered']) => Producer<Write>

/** Writes to one topic and waits until it is there. */
export class RecordWriter {
  readonly #topic: string
  readonly #producer: Producer<Write>

  constructor(topic: string, makeProducer: MakeProducer) {
    this.#topic = topic
    this.#producer = makeProducer(settle)
  }

  /** Resolves once all are acknowledged; rejects with the first error, when the others are settled too: some may have arrived. */
  async write(records: readonly KeyedRecord[]): Promise<void> {
    const outcomes = records.map((record) => outgoing(this.#topic, record))
    await this.#producer.send(outcomes.map(({ write }) => write))
    const settled = await Promise.allSettled(outcomes.map(({ acknowledged }) => acknowledged))
    const failed = settled.find((one) => one.status === 'rejected')
    if (failed) throw failed.reason
  }

  close(call: { timeoutMs?: number } = {}): Promise<void> {
    return this.#producer.close(call)
  }
}

function outgoing(
  topic: string,
  record: KeyedRecord,
): { readonly write: Write; readonly acknowledged: Promise<void> } {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const settleOne = (error: KafkaError | undefined): void => (error ? reject(error) : resolve())
  return { write: { topic, ...record, settle: settleOne }, acknowledged: promise }
}

function settle({ records, error }: Delivery<Write>): void {
  for (const record of records) record.settle(error)
}
