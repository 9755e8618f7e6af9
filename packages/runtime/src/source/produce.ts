import {
  isRowBatch,
  type Json,
  type Polled,
  recordOf,
  recordsOf,
  type SourceOrigin,
  type SourceRecord,
} from '@sluice/template'
import { convertPolled } from './convert-polled.ts'
import { type Converted, type Outgoing, outgoing, SetAside } from './outgoing.ts'
import type { SourceFlow } from './source-flow.ts'
import { sourcePlace } from './source-place.ts'
import type { Submitted } from './submitted-records.ts'

/** What was polled, in bytes: null for what produces nothing. The other two are of the same items, by their index. */
export interface Batch {
  readonly converted: readonly (Converted | SetAside | null)[]
  originOf(index: number): SourceOrigin<Json>
  polledAt(index: number): SourceRecord
}

export async function convert(flow: SourceFlow, polled: Polled<Json>): Promise<Batch> {
  if (!isRowBatch(polled)) {
    return {
      converted: await convertPolled(flow, polled),
      originOf: (index) => polled[index]!.origin,
      polledAt: (index) => polled[index] as SourceRecord,
    }
  }
  const quick = flow.rowPath?.convert(polled)
  return {
    converted: quick?.converted ?? (await convertPolled(flow, recordsOf(polled), quick?.begun)),
    originOf: (row) => polled.originOf(row),
    polledAt: (row) => recordOf(polled, row),
  }
}

/** Before any of it is sent: counts it, and makes the topics that aren't there. */
export async function prepare(flow: SourceFlow, { converted }: Batch): Promise<void> {
  flow.metrics.add('source-record-poll-total', converted.length)
  if (converted.length > 0) flow.metrics.measure('batch-size', converted.length)
  await flow.topics.ensure(converted)
}

/** Submits one item. Returns what goes to the producer; undefined where nothing does. */
export function submit(flow: SourceFlow, batch: Batch, index: number): Outgoing | undefined {
  const one = batch.converted[index]!
  const submitted = flow.submitted.submit(batch.originOf(index))
  if (one === null || one instanceof SetAside) {
    passOver(flow, one, submitted)
    return undefined
  }
  const refusal = flow.topics.refusal(one.topic)
  if (refusal) {
    passOver(flow, refuse(flow, batch.polledAt(index), refusal), submitted)
    return undefined
  }
  const polled = flow.letters && (() => batch.polledAt(index))
  return outgoing(one, { submitted, polled })
}

/** Hands records to the producer. */
export async function send(flow: SourceFlow, records: readonly Outgoing[]): Promise<void> {
  if (records.length === 0) return
  flow.inFlight.add(
    records.length,
    records.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  await flow.send(records)
}

/** A record that no broker would take. Throws where that ends the task. */
function refuse({ errors }: SourceFlow, record: SourceRecord, error: unknown): SetAside {
  const failure = { stage: 'KAFKA_PRODUCE', error, by: 'the producer' } as const
  errors.tolerate({ ...failure, record: sourcePlace(record) })
  return new SetAside(record, failure)
}

/** Nothing of it goes to its topic; a record that was set aside has arrived once its dead letter has. */
function passOver({ letters }: SourceFlow, one: SetAside | null, submitted: Submitted<Json>): void {
  if (one === null || letters === undefined) submitted.acknowledge()
  else letters.send(one.record, { failure: one.failure, submitted })
}
