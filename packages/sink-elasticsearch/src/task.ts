import { kindOf, type RecordError, type SinkBatch, type SinkContext, type SinkTask } from '@sluice/template'
import { BulkBuffer } from './bulk-buffer.ts'
import { resolveConflicts } from './conflicts.ts'
import { connect } from './connect.ts'
import { type Ask, askOver } from './elasticsearch.ts'
import { type Events, eventsOf } from './events.ts'
import type { Settings } from './fields.ts'
import { mappingOf } from './mapping.ts'
import { type Operation, recordOf } from './operation.ts'
import { paceOf } from './pace.ts'
import { refuseChangedKeys } from './origins.ts'
import { PartitionCounts } from './partition-counts.ts'
import {
  type Plan,
  planner,
  type Profile,
  versionsByOffset,
  versionsSomeByOffset,
  writesDataStream,
} from './planner.ts'
import { Progress } from './progress.ts'
import { refuseMeetings } from './refuse-meetings.ts'
import { Resources } from './resources.ts'
import { send } from './sender.ts'
import { tlsWithoutEffect } from './tls.ts'
import { serverVersion } from './version.ts'

type Context = SinkContext<Settings>

/** Opens a task that writes over connections of its own. */
export async function openTask(context: Context, profile: Profile): Promise<SinkTask> {
  const connection = await connect(context.config)
  return taskOver(context, { profile, ask: askOver(connection.transport), closeConnection: connection.close })
}

export interface TaskParts {
  readonly profile: Profile
  readonly ask: Ask
  readonly closeConnection: () => Promise<void>
}

/** consume -> plan -> buffer -> send -> settle -> commit */
export function taskOver(context: Context, { profile, ask, closeConnection }: TaskParts): SinkTask {
  const settings = context.config
  if (versionsSomeByOffset(settings)) refuseChangedKeys(context.transforms)
  const events = eventsOf(context.log, context.metrics)
  const closing = new AbortController()
  const progress = new Progress()
  const plan = planner(settings, profile)
  const buffer = bufferOf(context, { ask, events, progress, signal: closing.signal })
  const counts = new PartitionCounts({
    context,
    applies: (topic) => versionsByOffset(topic, settings),
    acknowledged: settings.partitionCountAcknowledged,
  })
  for (const name of tlsWithoutEffect(settings.elasticHttps))
    events.settingWithoutEffect(`elastic.https.${name}`)
  const greeting = serverVersion(ask, closing.signal).then(events.connected, () => {})

  return {
    async put(records, call) {
      // Waiting comes first, so that an aborted call has taken nothing.
      await buffer.room(call.signal)
      await take(records, { plan, progress, buffer, context, events })
    },
    async tick() {
      buffer.throwFailure()
    },
    async flush(call) {
      await flushWithin(settings.flushTimeoutMs, { buffer, events, signal: call.signal })
    },
    async preCommit(consumed) {
      buffer.throwFailure()
      return counts.annotate(progress.committable(consumed))
    },
    async assigned(partitions) {
      await counts.check(partitions)
      await refuseMeetings(context, { profile, ask, signal: closing.signal })
    },
    async revoked(partitions) {
      for (const partition of partitions) progress.drop(partition)
    },
    async close() {
      closing.abort(new Error('The Elasticsearch sink is closed.'))
      await buffer.close()
      await greeting
      await closeConnection()
    },
  }
}

interface Taking {
  readonly plan: Plan
  readonly progress: Progress
  readonly buffer: BulkBuffer
  readonly context: Context
  readonly events: Events
}

async function take(records: SinkBatch, { plan, progress, buffer, context, events }: Taking): Promise<void> {
  for (let index = 0; index < records.length; index++) {
    try {
      const operation = plan(records, index, (origin) => progress.of(origin))
      if (operation === undefined) continue
      operation.progress.add(operation)
      buffer.add(operation)
    } catch (error) {
      if (kindOf(error) !== 'record') throw error
      await setAside(records, index, error, { context, events })
    }
  }
}

async function setAside(
  records: SinkBatch,
  index: number,
  error: unknown,
  { context, events }: Pick<Taking, 'context' | 'events'>,
): Promise<void> {
  const record = records.at(index)
  if (!context.config.dropInvalidMessage) return context.reject(record, error)
  const { topic, partition, offset } = record.origin
  events.dropped({
    record: `${topic}-${partition}@${offset}`,
    reason: error instanceof Error ? error.message : String(error),
  })
  await rejectIfTolerated(context, record, error)
}

/** For records that are left out by configuration: a dead-letter topic gets them all the same, where there is one. */
async function rejectIfTolerated(
  context: Context,
  record: Parameters<Context['reject']>[0],
  error: unknown,
): Promise<void> {
  if (context.toleratesRejects === true) await context.reject(record, error)
}

function bufferOf(
  context: Context,
  how: { ask: Ask; events: Events; progress: Progress; signal: AbortSignal },
): BulkBuffer {
  const { config: settings } = context
  const { ask, events, progress, signal } = how
  const pace = paceOf(settings)
  const refuse = refusal(context, events)
  const options = {
    ask,
    events,
    pace,
    signal,
    refuse,
    resources: new Resources({
      ask,
      when: resourcePolicy(settings),
      mappingOf: (schema) => mappingOf(schema, settings.compactMapEntries),
    }),
    query: bulkQuery(settings),
    retryOnConflict: Math.min(settings.maxInFlightRequests, 5),
    maxRetries: settings.maxRetries,
    settle: (operation: Operation) => {
      operation.progress.settle(operation)
      buffer.settled(operation)
    },
    resolveConflicts: (conflicts: Parameters<typeof resolveConflicts>[0]) =>
      resolveConflicts(conflicts, { ask, signal, events, refuse, endOffsets: context.endOffsets }),
  }
  const buffer: BulkBuffer = new BulkBuffer({
    batchSize: settings.batchSize,
    bulkSizeBytes: settings.bulkSizeBytes === -1 ? Infinity : settings.bulkSizeBytes,
    lingerMs: settings.lingerMs,
    maxRecords: settings.maxBufferedRecords,
    maxBytes: settings.maxBufferedBytes,
    longestSpan: () => progress.longestSpan(),
    inFlightLimit: () => pace.limit,
    send: (operations) => send(operations, options),
  })
  return buffer
}

function refusal(
  context: Context,
  events: Events,
): (operation: Operation, error: RecordError) => Promise<void> {
  const behavior = context.config.behaviorOnMalformedDocuments
  return async (operation, error) => {
    const record = recordOf(operation)
    const { topic, partition, offset } = record.origin
    events.refused(
      { document: operation.id ?? `${topic}-${partition}@${offset}`, reason: error.message },
      behavior === 'warn',
    )
    if (behavior === 'fail') await context.reject(record, error)
    else await rejectIfTolerated(context, record, error)
  }
}

function resourcePolicy(settings: Settings): 'create' | 'demand' | 'auto' {
  if (settings.externalResourceUsage !== 'DISABLED') return 'demand'
  return settings.dataStreamType === 'none' ? 'create' : 'auto'
}

function bulkQuery(settings: Settings): Record<string, string> {
  return {
    filter_path: 'items.*.status,items.*.error.type,items.*.error.reason',
    ...(settings.pipeline === '' ? {} : { pipeline: settings.pipeline }),
    ...(writesDataStream(settings) && settings.externalResourceUsage === 'DISABLED'
      ? { require_data_stream: 'true' }
      : {}),
    ...(settings.externalResourceUsage.startsWith('ALIAS') ? { require_alias: 'true' } : {}),
  }
}

async function flushWithin(
  timeoutMs: number,
  { buffer, events, signal }: { buffer: BulkBuffer; events: Events; signal: AbortSignal },
): Promise<void> {
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(), timeoutMs)
  try {
    await buffer.drained(AbortSignal.any([signal, timeout.signal]))
  } catch (error) {
    if (!timeout.signal.aborted || signal.aborted) throw error
    events.flushTimedOut(buffer.openCount)
  } finally {
    clearTimeout(timer)
  }
}
