import type { ClientFigures } from '../client-figures.ts'
import type { OutgoingRecord } from '../types.ts'
import type { Batch } from './batch.ts'

/** What a producer counts beside its requests, once a batch. */
export class ProducerFigures {
  readonly #of: ClientFigures['of']

  constructor({ of }: Pick<ClientFigures, 'of'>) {
    this.#of = of
  }

  /** The batch has come to its end, well or not. */
  settled(
    topic: string,
    { records, sent, attempts }: Pick<Batch<OutgoingRecord>, 'records' | 'sent' | 'attempts'>,
    acknowledged: boolean,
  ): void {
    const own = this.#of('producer')
    const ofTopic = this.#of('producer-topic', { topic })
    const total = acknowledged ? 'record-send-total' : 'record-error-total'
    for (const sink of [own, ofTopic]) sink.add(total, records.length)
    if (attempts > 1) own.add('record-retry-total', (attempts - 1) * records.length)
    if (sent === undefined || !acknowledged) return
    own.measure('batch-size', sent.bytes.length)
    own.measure('records-per-request', records.length)
    ofTopic.add('byte-total', sent.bytes.length)
  }
}
