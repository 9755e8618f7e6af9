import { type Issue, parseConfig } from '@sluice/template'
import { classify } from './classify.ts'
import {
  clusterIssues,
  clusterWarnings,
  isDistributed,
  timeoutIssues,
  type WorkerMode,
} from './cluster-config.ts'
import { restIssues } from './rest-issues.ts'
import { ConfigError } from '../task/config-error.ts'
import { workerSettings } from './setting-classes.ts'
import type { Settings } from './settings.ts'
import { type WorkerConfig, workerFields } from './worker-fields.ts'

export interface ReadWorkerConfig {
  readonly config: WorkerConfig
  readonly warnings: readonly string[]
}

/**
 * Reads the worker's settings. `mode` standalone: the file of offsets is required, distributed: the group and three topics, as in Kafka Connect. Throws a
 * ConfigError with all issues at once.
 */
export function readWorkerConfig(
  settings: Settings,
  how: { readonly mode?: WorkerMode } = {},
): ReadWorkerConfig {
  const parsed = parseConfig(workerFields, settings)
  const verdict = classify(settings, workerSettings)
  const issues: Issue[] = [...parsed.issues, ...verdict.issues, ...restIssues(settings)]
  issues.push(...offsetsIssues(settings, { mode: how.mode, config: parsed.config }))
  if (isOfCluster(how.mode, parsed.config)) issues.push(...clusterIssues(settings))
  if (parsed.config !== undefined) issues.push(...timeoutIssues(parsed.config))
  if (parsed.config === undefined || issues.length > 0) throw new ConfigError(issues)
  const unknown = verdict.unknown.map((key) => `${key} is no setting of a worker; is it spelled right?`)
  const alone = how.mode === 'standalone' ? clusterWarnings(settings) : []
  return { config: parsed.config, warnings: [...verdict.warnings, ...alone, ...unknown] }
}

/** The same before the brokers are known, where they are those of a cluster of Amazon MSK that is still to be looked for. */
export function checkWorkerConfig(settings: Settings, how: { readonly mode?: WorkerMode } = {}): void {
  const isLookedFor = settings.has('msk.cluster.arn') || settings.has('msk.cluster.name')
  const isKnown = settings.has('bootstrap.servers') || !isLookedFor
  readWorkerConfig(isKnown ? settings : new Map([...settings, ['bootstrap.servers', 'unknown:9092']]), how)
}

function isOfCluster(mode: WorkerMode | undefined, config: WorkerConfig | undefined): boolean {
  return mode === 'distributed' || (mode !== 'standalone' && config !== undefined && isDistributed(config))
}

/** Sources that deliver exactly once keep their offsets in a topic; those of standalone mode else in a file. */
function offsetsIssues(
  settings: Settings,
  { mode, config }: { readonly mode: string | undefined; readonly config: WorkerConfig | undefined },
): readonly Issue[] {
  const field = 'offset.storage.file.filename'
  const has = (name: string): boolean => (settings.get(name) ?? '').trim() !== ''
  if (config?.exactlyOnceSourceSupport === 'enabled') {
    if (has(field)) return [{ field, message: offsetsInFile }]
    return mode === 'standalone' && !has('offset.storage.topic')
      ? [{ field: 'offset.storage.topic', message: noOffsetsTopic }]
      : []
  }
  return mode === 'standalone' && !has(field) ? [{ field, message: noOffsetsFile }] : []
}

const offsetsInFile =
  'must not be set where exactly.once.source.support=enabled: offsets commit in one transaction with the records, in offset.storage.topic'
const noOffsetsTopic =
  'is required where exactly.once.source.support=enabled: the topic whose offsets commit with the records'
const noOffsetsFile = 'is required in standalone mode: the file that keeps how far sources have read'
