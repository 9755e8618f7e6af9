import type {
  ConfigFields,
  ConfigOf,
  Json,
  Logger,
  SourceContext,
  SourceDefinition,
  SourceOrigin,
  SourcePartition,
  SourceTask,
} from '@sluice/template'
import type { Converters } from '../converters/open-converters.ts'
import { openDeadLetters } from '../errors/open-dead-letters.ts'
import { RecordErrors } from '../errors/record-errors.ts'
import { kindAt } from '../errors/stages.ts'
import type { Admin, Delivery, KafkaError, Producer } from '../kafka/types.ts'
import { CleanUp } from '../task/clean-up.ts'
import { BatchSizes } from '../task/batch-sizes.ts'
import { producerDefaults } from '../task/client-settings.ts'
import type { PauseGate } from '../task/pause-gate.ts'
import { openConfigured } from '../task/open-configured.ts'
import { client, type Run, taskContext } from '../task/run.ts'
import { type SourceSettings, sourceFields } from '../task/settings.ts'
import { unlessAborted } from '../task/signals.ts'
import type { TaskMetricsSink, TaskOptions } from '../task/task.ts'
import { UsedTopics } from '../task/used-topics.ts'
import type { TransformChain } from '../transforms/chain.ts'
import { Commits } from './commits.ts'
import { Halting } from './halting.ts'
import { InFlight } from './in-flight.ts'
import type { Outgoing } from './outgoing.ts'
import { RowPath } from './row-path.ts'
import { SourceLetters } from './source-letters.ts'
import { sourcePlace } from './source-place.ts'
import { SubmittedRecords } from './submitted-records.ts'
import { TopicCreation } from './topic-creation.ts'
import { topicRules } from './topic-rules.ts'

const maxRecords = 2000
/** Far more than requests on the wire can carry; a small record's own objects weigh more than its bytes, hence both. */
const inFlightLimits = { records: 20_000, bytes: 8 * 1024 * 1024 }

/** What the loop of one source run works with. */
export interface SourceFlow {
  readonly task: SourceTask<Json>
  readonly maxRecords: number
  readonly chain: TransformChain
  readonly converters: Converters
  readonly errors: RecordErrors
  /** Absent: switched off. */
  readonly rowPath: RowPath | undefined
  readonly topics: TopicCreation
  readonly submitted: SubmittedRecords<Json>
  readonly inFlight: InFlight
  readonly producer: Producer<Outgoing>
  /** Absent: records that are set aside are kept nowhere. */
  readonly letters: SourceLetters | undefined
  readonly gate: PauseGate
  readonly metrics: TaskMetricsSink
  readonly batchSizes: BatchSizes
  readonly log: Logger
  readonly detail: (text: string | undefined) => void
  /** Aborts when the task stops or has failed beside the loop. */
  readonly halted: AbortSignal
  readonly cut: AbortSignal
  /** Aborts when the connector is to hear of stored offsets: a poll that waits gives way. */
  readonly confirming: AbortSignal
  /** Tells the connector what was stored since the last call. */
  confirm(): Promise<void>
  throwIfFailed(): void
  /** The last commit, then everything is closed. `failure` is what ended the run: whoever started it tells of that. */
  close(failure?: unknown): Promise<void>
}

/** Opens everything a source run needs, the connector last. What was opened before a failure is closed again. */
export async function openSource(run: Run, definition: SourceDefinition): Promise<SourceFlow> {
  const cleanUp = new CleanUp()
  try {
    return await openParts(run, { definition, cleanUp })
  } catch (error) {
    await cleanUp.run(
      (also) => run.options.log.warn({ err: also }, 'A part of a task that failed did not close.'),
      { after: error },
    )
    throw error
  }
}

async function openParts(
  run: Run,
  { definition, cleanUp }: { definition: SourceDefinition; cleanUp: CleanUp },
): Promise<SourceFlow> {
  const { options } = run
  const { connector, log, metrics } = options
  const configured = openConfigured(options, { fields: sourceFields, cleanUp })
  const { settings, own, chain, converters } = configured
  const rules = topicRules(settings.topicCreationGroups, settings.topicCreation)
  const halting = new Halting(run.stopping)
  cleanUp.add(() => halting.dispose())
  const errors = new RecordErrors({ settings, metrics, log, signal: halting.signal })
  const admin = openAdmin(run, { settings, cleanUp })
  const topics = new TopicCreation({
    admin,
    enabled: settings.topicCreationEnable,
    rules,
    bootstrapServers: bootstrapServersOf(options, settings),
  })
  const submitted = new SubmittedRecords<Json>()
  const inFlight = new InFlight(inFlightLimits)
  const deadLetters = await openDeadLetters(run, { settings, admin })
  cleanUp.add(() => deadLetters?.close())
  const letters = deadLetters && new SourceLetters({ deadLetters, inFlight, log, fail: halting.fail })
  const used = new UsedTopics((topic) => options.onTopic?.(topic))
  const producer = client(
    run,
    { role: 'producer', id: 'producer', overrides: settings.producerOverride, defaults: producerDefaults },
    (kafka, clientSettings) =>
      kafka.producer<Outgoing>({
        settings: clientSettings,
        fencingId: () => fencingId(options),
        delivered: (delivery) =>
          settle({ delivery, errors, letters, inFlight, metrics, used, fail: halting.fail }),
      }),
  )
  cleanUp.add(() => producer.close({ timeoutMs: 0 }))
  const task = await unlessAborted(definition.open(sourceContext(run, { own, definition })), run.cut)
  const commits = new Commits({ run, task, submitted, fail: halting.fail })
  cleanUp.add(() => unlessAborted(Promise.resolve(task.close?.()), run.cut))
  cleanUp.add(() => commits.end())
  commits.start(settings.offsetFlushIntervalMs)
  return {
    task,
    maxRecords,
    chain,
    converters,
    errors,
    rowPath: settings.rowsFastPath ? new RowPath(chain, converters) : undefined,
    topics,
    submitted,
    inFlight,
    producer,
    letters,
    metrics,
    batchSizes: new BatchSizes(metrics),
    log,
    gate: run.gate,
    detail: run.detail,
    cut: run.cut,
    halted: halting.signal,
    get confirming() {
      return commits.confirming
    },
    confirm: () => commits.confirm(),
    throwIfFailed: () => halting.throwIfFailed(),
    close: (failure) =>
      cleanUp.run((error) => log.warn({ err: error, connector }, 'A part of the task did not close.'), {
        after: failure,
      }),
  }
}

/** Whoever runs the same task on the same offsets has the same. */
async function fencingId({ connector, index, offsets }: TaskOptions): Promise<string> {
  return `sluice-${await offsets.identity()}-${connector}-${index}`
}

function openAdmin(run: Run, { settings, cleanUp }: { settings: SourceSettings; cleanUp: CleanUp }): Admin {
  const admin = client(
    run,
    { role: 'admin', id: 'adminclient', overrides: settings.adminOverride },
    (kafka, clientSettings) => kafka.admin(clientSettings),
  )
  cleanUp.add(() => admin.close())
  return admin
}

function bootstrapServersOf({ worker }: TaskOptions, { adminOverride }: SourceSettings): string {
  return adminOverride['bootstrap.servers'] ?? worker.get('bootstrap.servers') ?? '...'
}

function sourceContext(
  run: Run,
  { own, definition }: { own: ConfigOf<ConfigFields>; definition: SourceDefinition },
): SourceContext<ConfigOf<ConfigFields>, Json, Json> {
  const { connector, offsets, slice } = run.options
  const parse = (raw: Json | undefined, partition: SourcePartition): Json | undefined => {
    try {
      return raw === undefined ? undefined : definition.parseOffset(raw)
    } catch (cause) {
      const message = `The stored offset of ${JSON.stringify(partition)} can't be used: ${String(cause)} Reset it.`
      throw new Error(message, { cause })
    }
  }
  return {
    ...taskContext(run),
    config: own,
    slice,
    offsets: async (partitions) => {
      const stored = await offsets.get(connector, partitions)
      return partitions.map((partition, index) => parse(stored[index], partition))
    },
  }
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
