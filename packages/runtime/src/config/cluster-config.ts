import { type Issue, wireNames } from '@sluice/template'
import { clusterFields } from './cluster-fields.ts'
import type { Settings } from './settings.ts'
import type { WorkerConfig } from './worker-fields.ts'

/** How a worker runs: with its offsets in a file, in a cluster, or as a program wants it. */
export type WorkerMode = 'embedded' | 'standalone' | 'distributed'

/** What makes a worker a member of a cluster. */
const required = ['group.id', 'config.storage.topic', 'offset.storage.topic', 'status.storage.topic']

/** Whether an embedded worker belongs to a cluster: its settings name the group and the topics for it, and no file for offsets. */
export function isDistributed(config: WorkerConfig): boolean {
  return (
    hasText(config.groupId) &&
    hasText(config.configStorageTopic) &&
    !hasText(config.offsetStorageFileFilename)
  )
}

/** What distributed mode asks of a worker's settings together. */
export function clusterIssues(settings: Settings): readonly Issue[] {
  const missing = required
    .filter((field) => !hasText(settings.get(field)))
    .map((field) => ({ field, message: 'is required in distributed mode' }))
  const file = 'offset.storage.file.filename'
  const both = hasText(settings.get(file))
    ? [
        {
          field: file,
          message: 'has no place in distributed mode: offsets are in offset.storage.topic; take it out',
        },
      ]
    : []
  const topics = required.slice(1).map((field) => settings.get(field)?.trim())
  const same = new Set(topics).size < topics.length && missing.length === 0
  const alike = same
    ? [
        {
          field: 'config.storage.topic',
          message: 'and the topics for offsets and states must be three different ones',
        },
      ]
    : []
  const deaf =
    settings.get('listeners')?.trim() === ''
      ? [
          {
            field: 'listeners',
            message: 'must not be empty in distributed mode: workers reach each other there',
          },
        ]
      : []
  return [...missing, ...both, ...alike, ...deaf]
}

/** Issues between the settings of the group. */
export function timeoutIssues({ heartbeatIntervalMs, sessionTimeoutMs }: WorkerConfig): readonly Issue[] {
  if (heartbeatIntervalMs < sessionTimeoutMs) return []
  const message = `is ${heartbeatIntervalMs} ms and must be less than session.timeout.ms (${sessionTimeoutMs} ms), better a third of it`
  return [{ field: 'heartbeat.interval.ms', message }]
}

export function clusterWarnings(settings: Settings): readonly string[] {
  const names = [...wireNames(clusterFields)].map(([key]) => key)
  return [...settings.keys()]
    .filter((key) => names.some((name) => (name.endsWith('.') ? key.startsWith(name) : key === name)))
    .map((key) => `${key} does nothing here: it belongs to distributed mode.`)
}

function hasText(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== ''
}
