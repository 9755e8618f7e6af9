import type { ConfigFields, ConfigOf, SourceDefinition } from '@sluice/template'
import { ConfigError } from '../../task/config-error.ts'
import type { SourceSettings } from '../../task/settings.ts'
import type { TaskOptions } from '../../task/task.ts'

type Settings = ReadonlyMap<string, string>

/** Do the sources of this worker commit records and offsets in one transaction? All or none of them do, as in Kafka Connect. */
export function isExactlyOnce(worker: Settings): boolean {
  return worker.get('exactly.once.source.support')?.trim().toLowerCase() === 'enabled'
}

/** Kafka Connect's name for it; without a group.id one that all have who share the worker's offsets. */
export async function transactionalIdOf({ worker, offsets, connector, index }: TaskOptions): Promise<string> {
  const groupId = worker.get('group.id')?.trim() ?? ''
  return `${groupId === '' ? `sluice-${await offsets.identity()}` : groupId}-${connector}-${index}`
}

/** Where the worker keeps offsets; undefined: in a file, in memory, or in a program's own store. */
export function workerOffsetsTopic(worker: Settings): string | undefined {
  const isFile = (worker.get('offset.storage.file.filename')?.trim() ?? '') !== ''
  const topic = worker.get('offset.storage.topic')?.trim() ?? ''
  return isFile || topic === '' ? undefined : topic
}

/** The topic whose offsets commit with the records. Throws a ConfigError where there is none. */
export function offsetsTopicOf(worker: Settings, { offsetsStorageTopic }: SourceSettings): string {
  const own = offsetsStorageTopic ?? ''
  const topic = own === '' ? workerOffsetsTopic(worker) : own
  if (topic !== undefined) return topic
  const message =
    'is needed where exactly.once.source.support=enabled and the worker keeps offsets in no topic, for records and offsets commit in one transaction of Kafka'
  throw new ConfigError([{ field: 'offsets.storage.topic', message }])
}

/** As the check does before a connector starts, for the case that it was not waited for. */
export function refuseUnsupported(
  definition: SourceDefinition,
  { own, settings }: { readonly own: ConfigOf<ConfigFields>; readonly settings: SourceSettings },
): void {
  const issues = exactlyOnceIssues(definition, own, settings)
  if (issues.length > 0) throw new ConfigError(issues)
}

/** What a connector doesn't do that is required of it, in the words of Kafka Connect. Runs the connector's code. */
export function exactlyOnceIssues(
  definition: Pick<SourceDefinition, 'exactlyOnce' | 'transactionBoundaries'>,
  own: ConfigOf<ConfigFields>,
  asked: Pick<SourceSettings, 'exactlyOnceSupport' | 'transactionBoundary'>,
): readonly { readonly field: string; readonly message: string }[] {
  const issues = []
  if (asked.exactlyOnceSupport === 'required') {
    const message = supportIssue(definition, own)
    if (message !== undefined) issues.push({ field: 'exactly.once.support', message })
  }
  if (asked.transactionBoundary === 'connector') {
    const message = attempt(() =>
      definition.transactionBoundaries?.(own) === 'supported' ? undefined : noBoundaries,
    )
    if (message !== undefined) issues.push({ field: 'transaction.boundary', message })
  }
  return issues
}

function supportIssue(
  definition: Pick<SourceDefinition, 'exactlyOnce'>,
  own: ConfigOf<ConfigFields>,
): string | undefined {
  if (definition.exactlyOnce === undefined) return saysNothing
  return attempt(() => (definition.exactlyOnce?.(own) === 'supported' ? undefined : unsupported))
}

function attempt(look: () => string | undefined): string | undefined {
  try {
    return look()
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : ''
    return `An unexpected error occurred during validation${reason === '' ? '; please see the worker logs for more details.' : `: ${reason}`}`
  }
}

export const notEnabled = 'This worker does not have exactly-once source support enabled.'
const saysNothing =
  'The connector does not implement the API required for preflight validation of exactly-once source support. ' +
  'Please consult the documentation for the connector to determine whether it supports exactly-once semantics, ' +
  'and then consider reconfiguring the connector to use the value "requested" for this property ' +
  '(which will disable this preflight check and allow the connector to be created).'
const unsupported = 'The connector does not support exactly-once semantics with the provided configuration.'
const noBoundaries =
  'The connector does not support connector-defined transaction boundaries with the given configuration. ' +
  'Please reconfigure it to use a different transaction boundary definition.'
