import type { Json, SourceDefinition, SourceOrigin } from '@sluice/template'
import type { RecordErrors } from '../errors/record-errors.ts'
import { kindAt } from '../errors/stages.ts'
import type { Delivery, KafkaError, Producer } from '../kafka/types.ts'
import type { OffsetStore } from '../offsets/offset-store.ts'
import { CleanUp } from '../task/clean-up.ts'
import { producerDefaults } from '../task/client-settings.ts'
import { openTask } from '../task/open-task.ts'
import { client, type Run } from '../task/run.ts'
import { unlessAborted } from '../task/signals.ts'
import type { TaskMetricsSink, TaskOptions } from '../task/task.ts'
import type { UsedTopics } from '../task/used-topics.ts'
import { Commits } from './commits.ts'
import type { InFlight } from './in-flight.ts'
import type { Outgoing } from './outgoing.ts'
import { openOwnOffsets } from './own-offsets.ts'
import type { SourceFlow } from './source-flow.ts'
import type { SourceLetters } from './source-letters.ts'
import { openSourceParts, sourceContext } from './source-parts.ts'
import { sourcePlace } from './source-place.ts'

/** What the loop of one run that delivers at least once works with. */
export interface AtLeastOnceFlow extends SourceFlow {
  readonly producer: Producer<Outgoing>
  /** Aborts when the connector is to hear of stored offsets: a poll that waits gives way. */
  readonly confirming: AbortSignal
  /** Tells the connector what was stored since the last call. */
  confirm(): Promise<void>
  /** The last commit, then everything is closed. `failure` is what ended the run: whoever started it tells of that. */
  close(failure?: unknown): Promise<void>
}

/** Opens everything a source run needs, the connector last. What was opened before a failure is closed again. */
export async function openSource(run: Run, definition: SourceDefinition): Promise<AtLeastOnceFlow> {
  const cleanUp = new CleanUp()
  try {
    return await openFlow(run, { definition, cleanUp })
  } catch (error) {
    await cleanUp.run(
      (also) => run.options.log.warn({ err: also }, 'A part of a task that failed did not close.'),
      { after: error },
    )
    throw error
  }
}

async function openFlow(
  run: Run,
  { definition, cleanUp }: { definition: SourceDefinition; cleanUp: CleanUp },
): Promise<AtLeastOnceFlow> {
  const { options } = run
  const { connector, log, metrics } = options
  const parts = await openSourceParts(run, cleanUp)
  const { settings, own, halting, used, flow } = parts
  const { errors, letters, inFlight, submitted } = flow
  const store = await openOwnOffsets(run, { parts, cleanUp })
  const producer = client(
    run,
    { role: 'producer', id: 'producer', overrides: settings.producerOverride, defaults: producerDefaults },
    (kafka, clientSettings) =>
      kafka.producer<Outgoing>({
        settings: clientSettings,
        fencingId: () => fencingId(options, store),
        delivered: (delivery) =>
          settle({ delivery, errors, letters, inFlight, metrics, used, fail: halting.fail }),
      }),
  )
  cleanUp.add(() => producer.close({ timeoutMs: 0 }))
  const offsets = (partitions: Parameters<OffsetStore['get']>[1]) => store.get(connector, partitions)
  const context = sourceContext(run, { own, definition, offsets })
  const task = await openTask(() => definition.open(context), run)
  submitted.onArrived = task.acknowledged && ((origin) => task.acknowledged?.(origin))
  const commits = new Commits({ run, store, task, submitted, fail: halting.fail })
  cleanUp.add(() => unlessAborted(Promise.resolve(task.close?.()), run.cut))
  cleanUp.add(() => commits.end())
  commits.start(settings.offsetFlushIntervalMs)
  return {
    ...flow,
    task,
    producer,
    send: (records) => producer.send(records, { signal: run.cut }),
    get confirming() {
      return commits.confirming
    },
    confirm: () => commits.confirm(),
    close: (failure) =>
      cleanUp.run((error) => log.warn({ err: error, connector }, 'A part of the task did not close.'), {
        after: failure,
      }),
  }
}

/** Whoever runs the same task on the same offsets has the same. */
async function fencingId({ connector, index }: TaskOptions, store: OffsetStore): Promise<string> {
  return `sluice-${await store.identity()}-${connector}-${index}`
}

interface Settling {
  readonly errors: RecordErrors
  readonly letters: SourceLetters | undefined
  readonly fail: (error: unknown) => void
}

/** Acknowledges what arrived. A record that brokers refuse for what it is may be set aside; anything else ends the task. */
function settle(
  how: Settling & {
    readonly delivery: Delivery<Outgoing>
    readonly inFlight: InFlight
    readonly metrics: TaskMetricsSink
    readonly used: UsedTopics
  },
): void {
  const { delivery, inFlight, metrics, used, fail } = how
  const { records, error } = delivery
  if (!error) metrics.add('source-record-write-total', records.length)
  // records that were delivered together are of one topic
  if (!error) used.add(records[0]!.topic)
  if (error && kindAt('KAFKA_PRODUCE', error) !== 'record') fail(error)
  else for (const record of records) arrive(record, error, how)
  const bytes = records.reduce((sum, record) => sum + record.bytes, 0)
  inFlight.settle(records.length, bytes)
  metrics.set('source-record-active-count', inFlight.records)
  metrics.measure('source-record-active-count', inFlight.records)
}

function arrive(
  { topic, partition, submitted, polled }: Outgoing,
  error: KafkaError | undefined,
  { errors, letters, fail }: Settling,
): void {
  if (!error) return submitted.acknowledge()
  try {
    const record = polled?.()
    const failure = { stage: 'KAFKA_PRODUCE', error, by: 'the producer' } as const
    const source = submitted.origin as SourceOrigin<Json>
    errors.tolerate({ ...failure, record: record ? sourcePlace(record) : { topic, partition, source } })
    if (letters && record) letters.send(record, { failure, submitted })
    else submitted.acknowledge()
  } catch (intolerable) {
    fail(intolerable)
  }
}
