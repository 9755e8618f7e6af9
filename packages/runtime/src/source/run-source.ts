import {
  isRowBatch,
  type Json,
  type Polled,
  recordOf,
  recordsOf,
  type SourceDefinition,
  type SourceOrigin,
  type SourceRecord,
} from '@sluice/template'
import type { Run } from '../task/run.ts'
import { unlessAborted } from '../task/signals.ts'
import { convertPolled } from './convert-polled.ts'
import { openSource, type SourceFlow } from './open-source.ts'
import { type Converted, type Outgoing, outgoing, SetAside } from './outgoing.ts'
import { poll } from './polling.ts'
import { sourcePlace } from './source-place.ts'
import type { Submitted } from './submitted-records.ts'

/** Runs a source task until it is to stop. Rejects with what ended it. */
export async function runSource(run: Run, definition: SourceDefinition): Promise<void> {
  const flow = await openSource(run, definition)
  let failure: unknown
  try {
    run.opened()
    await unlessAborted(moveRecords(flow), run.cut)
    await unlessAborted(flow.producer.flush({ signal: run.cut }), run.cut)
    await unlessAborted(flow.letters?.settled() ?? Promise.resolve(), run.cut)
    flow.throwIfFailed()
  } catch (error) {
    failure = error
    throw error
  } finally {
    await flow.close(failure)
  }
}

/** poll -> transform -> convert -> produce; commits go by the clock beside it. */
async function moveRecords(flow: SourceFlow): Promise<void> {
  while (!flow.halted.aborted) {
    await flow.gate.untilResumed(flow.halted)
    await flow.confirm()
    await flow.inFlight.room(flow.halted)
    const polled = await poll(flow, [flow.halted, flow.gate.pausing, flow.confirming])
    const batch = await convert(flow, polled)
    await produce(flow, batch)
  }
  flow.throwIfFailed()
}

/** What was polled, in bytes: null for what produces nothing. The other two are of the same items, by their index. */
interface Batch {
  readonly converted: readonly (Converted | SetAside | null)[]
  originOf(index: number): SourceOrigin<Json>
  polledAt(index: number): SourceRecord
}

async function convert(flow: SourceFlow, polled: Polled<Json>): Promise<Batch> {
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

async function produce(flow: SourceFlow, { converted, originOf, polledAt }: Batch): Promise<void> {
  flow.metrics.add('source-record-poll-total', converted.length)
  flow.batchSizes.add(converted.length)
  await flow.topics.ensure(converted)
  const records: Outgoing[] = []
  let bytes = 0
  for (const [index, one] of converted.entries()) {
    const submitted = flow.submitted.submit(originOf(index))
    if (one === null || one instanceof SetAside) {
      passOver(flow, one, submitted)
      continue
    }
    const refusal = flow.topics.refusal(one.topic)
    if (refusal) {
      passOver(flow, refuse(flow, polledAt(index), refusal), submitted)
      continue
    }
    const polled = flow.letters && (() => polledAt(index))
    const record = outgoing(one, { submitted, polled })
    bytes += record.bytes
    records.push(record)
  }
  if (records.length === 0) return
  flow.inFlight.add(records.length, bytes)
  await flow.producer.send(records, { signal: flow.cut })
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
