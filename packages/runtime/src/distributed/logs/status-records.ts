import { property, quote } from '../../converters/json/json-text.ts'
import type { TaskState } from '../../task/task.ts'
import { type KeyedRecord, keyed } from './record-writer.ts'
import { fieldsOf, integerIn, optionalString, stringIn, Unreadable } from './stored-json.ts'

/** The state of a connector (no `task`) or of a task, as some worker saw it. */
export interface StoredStatus {
  readonly state: TaskState
  /** With FAILED. */
  readonly trace?: string
  /** host:port of the worker's REST API. */
  readonly workerId: string
  /** Of the group of workers, when it was written. */
  readonly generation: number
  /** Of the plug-in. */
  readonly version?: string
}

/** That a connector has used a topic, and when that was seen first. */
export interface TopicUse {
  readonly topic: string
  readonly connector: string
  readonly task: number
  /** Milliseconds since the epoch. */
  readonly discoveredAt: number
}

/** A record of the status topic. Null: removed. */
export type StatusRecord =
  | { readonly type: 'connector'; readonly connector: string; readonly status: StoredStatus | null }
  | {
      readonly type: 'task'
      readonly connector: string
      readonly task: number
      readonly status: StoredStatus | null
    }
  | {
      readonly type: 'topic'
      readonly connector: string
      readonly topic: string
      readonly use: TopicUse | null
    }

const states: ReadonlySet<string> = new Set([
  'UNASSIGNED',
  'RUNNING',
  'PAUSED',
  'FAILED',
  'RESTARTING',
  'STOPPED',
])

/** Reads a record as KafkaStatusBackingStore of Kafka Connect 4.1 does. Throws Unreadable for what is to be passed over. */
export function readStatusRecord(key: string, value: Uint8Array | null): StatusRecord {
  const [, connector] = /^status-connector-(.+)$/s.exec(key) ?? []
  if (connector !== undefined) return { type: 'connector', connector, status: statusIn(value) }
  const [, owner, task] = /^status-task-(.*)-(\d{1,9})$/s.exec(key) ?? []
  if (owner !== undefined)
    return { type: 'task', connector: owner, task: Number(task), status: statusIn(value) }
  const [, topic, user] = /^status-topic-([^:]+):connector-(.+)$/s.exec(key) ?? []
  if (topic !== undefined && user !== undefined)
    return { type: 'topic', connector: user, topic, use: topicIn(value) }
  throw new Unreadable('has a key of no known kind')
}

function statusIn(value: Uint8Array | null): StoredStatus | null {
  const fields = fieldsOf(value)
  if (fields === null) return null
  const state = stringIn(fields, 'state')
  if (!states.has(state)) throw new Unreadable(`tells of the state ${state}, which is none`)
  const trace = optionalString(fields, 'trace')
  const version = optionalString(fields, 'version')
  return {
    state: state as TaskState,
    ...(trace !== undefined && { trace }),
    workerId: stringIn(fields, 'worker_id'),
    generation: integerIn(fields, 'generation'),
    ...(version !== undefined && { version }),
  }
}

function topicIn(value: Uint8Array | null): TopicUse | null {
  const fields = fieldsOf(value)
  if (fields === null) return null
  const inner = fields['topic']
  if (typeof inner !== 'object' || inner === null) throw new Unreadable('has no object as "topic"')
  const topic = inner as Readonly<Record<string, unknown>>
  return {
    topic: stringIn(topic, 'name'),
    connector: stringIn(topic, 'connector'),
    task: integerIn(topic, 'task'),
    discoveredAt: integerIn(topic, 'discoverTimestamp'),
  }
}

export const statusKey = {
  connector: (connector: string): string => `status-connector-${connector}`,
  task: (connector: string, task: number): string => `status-task-${connector}-${task}`,
  topic: (connector: string, topic: string): string => `status-topic-${topic}:connector-${connector}`,
} as const

/** Byte for byte as Kafka Connect 4.1 writes it: JsonConverter without schemas, what is absent as null. */
export function statusRecord(key: string, status: StoredStatus | null): KeyedRecord {
  if (status === null) return keyed(key, null)
  const { state, trace, workerId, generation, version } = status
  const text = (value: string | undefined): string => (value === undefined ? 'null' : quote(value))
  return keyed(
    key,
    `{"state":"${state}","trace":${text(trace)},"worker_id":${quote(workerId)},"generation":${generation},"version":${text(version)}}`,
  )
}

export function topicRecord(connector: string, topic: string, use: TopicUse | null): KeyedRecord {
  const key = statusKey.topic(connector, topic)
  if (use === null) return keyed(key, null)
  const fields = [
    property('name') + quote(use.topic),
    property('connector') + quote(use.connector),
    property('task') + use.task,
    property('discoverTimestamp') + use.discoveredAt,
  ]
  return keyed(key, `{"topic":{${fields.join(',')}}}`)
}
