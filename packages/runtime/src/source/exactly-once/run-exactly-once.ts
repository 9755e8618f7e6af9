import { isRowBatch, type Json, type Polled, type SourceDefinition, wait } from '@sluice/template'
import { KafkaError } from '../../kafka/types.ts'
import type { Run } from '../../task/run.ts'
import { unlessAborted } from '../../task/signals.ts'
import type { Outgoing } from '../outgoing.ts'
import { poll } from '../polling.ts'
import { type Batch, convert, prepare, send, submit } from '../produce.ts'
import { type ExactlyOnceFlow, openExactlyOnce } from './open-exactly-once.ts'
import { RefusedRecords } from './refused-records.ts'

const firstWaitMs = 50
const longestWaitMs = 10_000

/**
 * Runs a source task until it is to stop: records and offsets in one transaction. Where a transaction has failed of what passes, nothing of it counts, and the task goes
 * on from what is committed, with another producer. Rejects with what ended it.
 */
export async function runExactlyOnce(run: Run, definition: SourceDefinition): Promise<void> {
  const refused = new RefusedRecords()
  for (let attempt = 0; !run.stopping.aborted; ) {
    const failed = await runOnce(run, { definition, refused })
    if (failed === undefined) return
    attempt = failed.committed > 0 ? 0 : attempt + 1
    const { error } = failed
    run.options.log.warn({ err: error }, 'A transaction failed; the task goes on from its committed offsets.')
    run.detail(`It goes on from its committed offsets after a transaction that failed: ${error.message}`)
    await wait(Math.min(longestWaitMs, firstWaitMs * 2 ** attempt), run.stopping).catch(() => {})
  }
}

/** Returns what made a transaction fail that may be tried again. */
async function runOnce(
  run: Run,
  how: { readonly definition: SourceDefinition; readonly refused: RefusedRecords },
): Promise<{ readonly error: KafkaError; readonly committed: number } | undefined> {
  const flow = await openExactlyOnce(run, how).catch((error: unknown) => {
    if (run.stopping.aborted) return undefined
    throw error
  })
  if (flow === undefined) return undefined
  let failure: unknown
  let goesOn = false
  try {
    run.opened()
    await unlessAborted(moveRecords(flow, how.refused), run.cut)
    await flow.transactions.end(flow.boundary.atLast())
    await flow.confirm()
    flow.throwIfFailed()
    return undefined
  } catch (error) {
    failure = flow.firstFailure() ?? error
    goesOn = isPassing(failure) && !run.stopping.aborted
    if (goesOn) return { error: failure as KafkaError, committed: flow.transactions.count }
    throw failure
  } finally {
    await flow.close(failure, { goesOn })
  }
}

/** poll -> transform -> convert -> produce -> commit. */
async function moveRecords(flow: ExactlyOnceFlow, refused: RefusedRecords): Promise<void> {
  const { boundary, transactions, gate, halted } = flow
  while (!halted.aborted) {
    // a transaction that stays open holds up its readers, and times out
    if (gate.paused) await transactions.end(boundary.atLast())
    await flow.confirm()
    await gate.untilResumed(halted)
    await flow.inFlight.room(halted)
    const polled = await poll(flow, [halted, gate.pausing, boundary.due])
    const batch = refused.without(await convert(flow, polled))
    await produce(flow, { polled, batch })
    flow.throwIfFailed()
    await transactions.end(boundary.afterBatch())
  }
  flow.throwIfFailed()
}

async function produce(
  flow: ExactlyOnceFlow,
  { polled, batch }: { readonly polled: Polled<Json>; readonly batch: Batch },
): Promise<void> {
  const { boundary, transactions } = flow
  const { length } = batch.converted
  if (length === 0) return
  await prepare(flow, batch)
  boundary.began()
  let records: Outgoing[] = []
  for (let index = 0; index < length; index++) {
    const record = submit(flow, batch, index)
    if (record) records.push(record)
    const ending = boundary.afterItem(isRowBatch(polled) ? undefined : polled[index])
    if (ending === undefined) continue
    await send(flow, records)
    records = []
    await transactions.end(ending)
  }
  await send(flow, records)
}

/** Another producer may do better. Whether another worker has the task is looked at before it begins. */
function isPassing(error: unknown): error is KafkaError {
  return error instanceof KafkaError && (error.retriable || error.code === 'PRODUCER_FENCED')
}
