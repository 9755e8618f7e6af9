import { isRowBatch, type Json, type Polled, recordsOf, type SourceDefinition } from '@sluice/template'
import type { Run } from '../task/run.ts'
import { unlessAborted } from '../task/signals.ts'
import { convertPolled } from './convert-polled.ts'
import { openSource, type SourceFlow } from './open-source.ts'
import { type Outgoing, outgoing } from './outgoing.ts'
import { poll } from './polling.ts'
import type { Converted } from './outgoing.ts'

/** Runs a source task until it is to stop. Rejects with what ended it. */
export async function runSource(run: Run, definition: SourceDefinition): Promise<void> {
  const flow = await openSource(run, definition)
  try {
    run.opened()
    await moveRecords(flow)
    await unlessAborted(flow.producer.flush({ signal: run.cut }), run.cut)
  } finally {
    await flow.close()
  }
}

/** poll -> transform -> convert -> produce; commits go by the clock beside it. */
async function moveRecords(flow: SourceFlow): Promise<void> {
  while (!flow.halted.aborted) {
    await flow.gate.untilResumed(flow.halted)
    await flow.confirm()
    await flow.inFlight.room(flow.halted)
    const polled = await poll(flow, [flow.halted, flow.gate.pausing, flow.confirming])
    const items = itemsOf(polled)
    const converted = await convertPolled(flow, items)
    await produce(flow, { items, converted })
  }
  flow.throwIfFailed()
}

type Items = readonly Exclude<Polled<Json>, { kind: 'rows' }>[number][]

function itemsOf(polled: Polled<Json>): Items {
  return isRowBatch(polled) ? recordsOf(polled) : polled
}

async function produce(
  flow: SourceFlow,
  { items, converted }: { items: Items; converted: readonly (Converted | null)[] },
): Promise<void> {
  flow.metrics.add('source-record-poll-total', items.length)
  await flow.topics.ensure(converted)
  const records: Outgoing[] = []
  let bytes = 0
  for (const [index, item] of items.entries()) {
    const submitted = flow.submitted.submit(item.origin)
    const one = converted[index]
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
