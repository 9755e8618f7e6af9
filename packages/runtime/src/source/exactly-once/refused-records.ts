import { createHash } from 'node:crypto'
import { type Json, type SourceOrigin, stringifyJson } from '@sluice/template'
import type { OutgoingRecord } from '../../kafka/types.ts'
import { type Converted, SetAside } from '../outgoing.ts'
import type { Batch } from '../produce.ts'

type Refusable = Pick<OutgoingRecord, 'topic' | 'key' | 'value'>

/**
 * Records that brokers refuse and that `errors.tolerance` lets pass. One that is met spoils its transaction; when the source gives it again, it is set aside
 * before it is sent. Known by where it comes from and all that it says, for offsets alone need not tell records apart.
 */
export class RefusedRecords {
  readonly #errors = new Map<string, unknown>()

  add(record: Refusable, { origin, error }: { origin: SourceOrigin<Json>; error: unknown }): void {
    this.#errors.set(fingerprint(record, origin), error)
  }

  /** The batch, with those that are known as set aside. */
  without(batch: Batch): Batch {
    if (this.#errors.size === 0) return batch
    return { ...batch, converted: batch.converted.map((one, index) => this.#look(batch, one, index)) }
  }

  #look(batch: Batch, one: Converted | SetAside | null, index: number): Converted | SetAside | null {
    if (one === null || one instanceof SetAside) return one
    const print = fingerprint(one, batch.originOf(index))
    if (!this.#errors.has(print)) return one
    const error = this.#errors.get(print)
    return new SetAside(batch.polledAt(index), { stage: 'KAFKA_PRODUCE', error, by: 'the producer' })
  }
}

function fingerprint({ topic, key, value }: Refusable, { partition, offset }: SourceOrigin<Json>): string {
  const hash = createHash('sha256').update(stringifyJson([topic, partition, offset]))
  for (const bytes of [key, value]) hash.update(`\n${bytes?.length ?? -1}\n`).update(bytes ?? '')
  return hash.digest('base64')
}
