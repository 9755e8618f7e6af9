import { kindOf, type SinkDefinition, wait } from '@sluice/template'
import { backoffMs } from '../kafka/backoff.ts'
import { type FetchedBatch, KafkaError } from '../kafka/types.ts'
import type { Run } from '../task/run.ts'
import { unlessAborted, withSignals } from '../task/signals.ts'
import { sinkBatch } from './arrived.ts'
import { convertFetched } from './convert-fetched.ts'
import { openSink, type SinkFlow } from './open-sink.ts'
import { putBatch } from './put-batch.ts'

/** Runs a sink task until it is to stop. Rejects with what ended it. */
export async function runSink(run: Run, definition: SinkDefinition): Promise<void> {
  const flow = await openSink(run, definition)
  let failure: unknown
  try {
    run.opened()
    await unlessAborted(moveRecords(flow), run.cut)
  } catch (error) {
    failure = error
    if (!flow.stopping.aborted || error !== flow.stopping.reason) throw error
  } finally {
    await flow.close(failure)
  }
}

/** consume -> convert -> transform -> put -> flush -> commit. The last two also come before partitions go, see `revoked`. */
async function moveRecords(flow: SinkFlow): Promise<void> {
  while (!flow.stopping.aborted) {
    await heedPause(flow)
    const fetched = await consume(flow)
    const arrived = await convertFetched(flow, fetched)
    await unlessAborted(flow.rejections.room(), flow.cut)
    const signals = [flow.stopping, flow.gate.pausing, flow.consumer.rebalancing]
    const taken = await putBatch(flow, sinkBatch(arrived), signals)
    for (const one of arrived) one.forget()
    if (taken) take(flow, fetched)
    else rewind(flow, fetched)
    report(flow, fetched)
    await tick(flow)
    if (flow.clock.due) await flow.commits.commit()
  }
}

/** A paused task keeps its partitions and fetches nothing of them; what it has taken is made safe first. */
async function heedPause(flow: SinkFlow): Promise<void> {
  const { consumer, gate, pause } = flow
  if (!gate.paused && !pause.heeded) return
  if (gate.paused && !pause.heeded) await flow.commits.commit()
  pause.heeded = gate.paused
  // Each time round, for partitions may have been assigned meanwhile.
  if (gate.paused) consumer.pause(consumer.assignment())
  else consumer.resume(consumer.assignment())
}

/** What there is, or nothing after half a second. Brokers that can't be reached are waited for. */
async function consume(flow: SinkFlow): Promise<readonly FetchedBatch[]> {
  const { stopping, consumer, log, detail } = flow
  try {
    const batches = await withSignals([stopping], (signal) => consumer.poll({ signal, maxWaitMs: 500 }))
    if (flow.pollFailures > 0) detail(undefined)
    flow.pollFailures = 0
    return batches
  } catch (error) {
    if (stopping.aborted) return []
    if (!(error instanceof KafkaError && error.retriable)) throw error
    detail(error.message)
    if (flow.pollFailures === 0) log.warn({ err: error }, 'Kafka cannot be read now and is tried again.')
    const waitMs = backoffMs({ first: 100, max: 10_000, attempt: flow.pollFailures++ })
    await withSignals([stopping], (signal) => wait(waitMs, signal)).catch(() => {})
    return []
  }
}

function take({ consumed, used }: SinkFlow, fetched: readonly FetchedBatch[]): void {
  consumed.add(fetched)
  for (const { topic, records } of fetched) if (records.length > 0) used.add(topic)
}

/** The records were not put: they come again, to us or to whoever owns the partition then. */
function rewind({ consumer }: SinkFlow, fetched: readonly FetchedBatch[]): void {
  for (const { topic, partition, records } of fetched) {
    const first = records[0]
    if (first) consumer.seek({ topic, partition, offset: first.offset })
  }
}

async function tick(flow: SinkFlow): Promise<void> {
  const { task, gate, cut, stopping, log } = flow
  if (!task.tick || gate.paused || performance.now() < flow.tickAt) return
  flow.tickAt = performance.now() + 1000
  const signals = [stopping, gate.pausing, flow.consumer.rebalancing]
  try {
    await withSignals(signals, (signal) => unlessAborted(task.tick!({ signal }), cut))
  } catch (error) {
    cut.throwIfAborted()
    if (signals.some((signal) => signal.aborted)) return
    if (kindOf(error) !== 'retriable') throw error
    log.warn({ err: error }, 'The sink could not do now what goes by the clock; it is tried again.')
  }
}

function report({ metrics, consumed, consumer }: SinkFlow, fetched: readonly FetchedBatch[]): void {
  const read = fetched.reduce((sum, { records }) => sum + records.length, 0)
  if (read > 0) {
    metrics.add('sink-record-read-total', read)
    metrics.measure('batch-size', read)
  }
  metrics.set('sink-record-active-count', consumed.uncommitted)
  metrics.measure('sink-record-active-count', consumed.uncommitted)
  metrics.set('partition-count', consumer.assignment().length)
  const lag = consumer.lag().reduce((most, { records }) => (records > most ? records : most), 0n)
  metrics.set('sink-record-lag-max', Number(lag))
}
