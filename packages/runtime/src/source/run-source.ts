import type { SourceDefinition } from '@sluice/template'
import type { Run } from '../task/run.ts'
import { unlessAborted } from '../task/signals.ts'
import { isExactlyOnce } from './exactly-once/exactly-once-settings.ts'
import { runExactlyOnce } from './exactly-once/run-exactly-once.ts'
import { type AtLeastOnceFlow, openSource } from './open-source.ts'
import type { Outgoing } from './outgoing.ts'
import { poll } from './polling.ts'
import { type Batch, convert, prepare, send, submit } from './produce.ts'
import type { SourceFlow } from './source-flow.ts'

/** Runs a source task until it is to stop. Rejects with what ended it. */
export async function runSource(run: Run, definition: SourceDefinition): Promise<void> {
  if (isExactlyOnce(run.options.worker)) return runExactlyOnce(run, definition)
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
async function moveRecords(flow: AtLeastOnceFlow): Promise<void> {
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

async function produce(flow: SourceFlow, batch: Batch): Promise<void> {
  await prepare(flow, batch)
  const records: Outgoing[] = []
  for (let index = 0; index < batch.converted.length; index++) {
    const record = submit(flow, batch, index)
    if (record) records.push(record)
  }
  await send(flow, records)
}
