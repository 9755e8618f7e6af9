import {
  isRowBatch,
  type Json,
  type Polled,
  recordsOf,
  type SourceDefinition,
  type SourceOrigin,
} from '@sluice/template'
import type { Run } from '../task/run.ts'
import { unlessAborted } from '../task/signals.ts'
import { convertPolled } from './convert-polled.ts'
import { openSource, type SourceFlow } from './open-source.ts'
import { type Converted, type Outgoing, outgoing } from './outgoing.ts'
import { poll } from './polling.ts'

/** Runs a source task until it is to stop. Rejects with what ended it. */
export async function runSource(run: Run, definition: SourceDefinition): Promise<void> {
  const flow = await openSource(run, definition)
  let failure: unknown
  try {
    run.opened()
    await unlessAborted(moveRecords(flow), run.cut)
    await unlessAborted(flow.producer.flush({ signal: run.cut }), run.cut)
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

/** What was polled, in bytes: null for what produces nothing. The origins are those of the items, in the same order. */
interface Batch {
  readonly converted: readonly (Converted | null)[]
  originOf(index: number): SourceOrigin<Json>
}

async function convert(flow: SourceFlow, polled: Polled<Json>): Promise<Batch> {
  if (!isRowBatch(polled)) {
    return { converted: await convertPolled(flow, polled), originOf: (index) => polled[index]!.origin }
  }
  const converted = flow.rowPath?.convert(polled) ?? (await convertPolled(flow, recordsOf(polled)))
  return { converted, originOf: (row) => polled.originOf(row) }
}

async function produce(flow: SourceFlow, { converted, originOf }: Batch): Promise<void> {
  flow.metrics.add('source-record-poll-total', converted.length)
  flow.batchSizes.add(converted.length)
  await flow.topics.ensure(converted)
  const records: Outgoing[] = []
  let bytes = 0
  for (const [index, one] of converted.entries()) {
    const submitted = flow.submitted.submit(originOf(index))
    if (!one) {
      submitted.acknowledge()
      continue
    }
    const record = outgoing(one, submitted)
    bytes += record.bytes
    records.push(record)
  }
  if (records.length === 0) return
  flow.inFlight.add(records.length, bytes)
  await flow.producer.send(records, { signal: flow.cut })
}
