import { type Settings, settingsOf } from '../../config/settings.ts'
import { property, quote } from '../../converters/json/json-text.ts'
import { inJavaOrder } from '../../transforms/java/hash-order.ts'
import { type KeyedRecord, keyed } from './record-writer.ts'
import { type Fields, fieldsOf, integerIn, stringIn, Unreadable } from './stored-json.ts'

/** What a connector is to be. */
export type TargetState = 'STARTED' | 'PAUSED' | 'STOPPED'

/** Signs the requests that workers send each other (KIP-507). */
export interface SessionKey {
  readonly key: Buffer
  /** Of the key's generator, as Java names it: HmacSHA256. */
  readonly algorithm: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

export interface RestartRequest {
  readonly connector: string
  readonly includeTasks: boolean
  readonly onlyFailed: boolean
}

/** A record of the config topic. Null: removed. */
export type ConfigRecord =
  | { readonly type: 'connector'; readonly connector: string; readonly settings: Settings | null }
  | { readonly type: 'target'; readonly connector: string; readonly target: TargetState | null }
  | {
      readonly type: 'task'
      readonly connector: string
      readonly task: number
      readonly settings: Settings
    }
  | { readonly type: 'commit'; readonly connector: string; readonly tasks: number }
  | { readonly type: 'fencing'; readonly connector: string; readonly tasks: number }
  | ({ readonly type: 'restart' } & RestartRequest)
  | { readonly type: 'session-key'; readonly sessionKey: SessionKey }
  | { readonly type: 'logger'; readonly namespace: string; readonly level: string }

const targets: ReadonlySet<string> = new Set(['STARTED', 'PAUSED', 'STOPPED'])

/** By the start of the key: what follows it there, and the value's fields, null where it was removed. */
const readers: ReadonlyArray<readonly [string, (rest: string, fields: Fields | null) => ConfigRecord]> = [
  [
    'target-state-',
    (connector, fields) => ({ type: 'target', connector, target: fields && targetIn(fields) }),
  ],
  [
    'connector-',
    (connector, fields) => ({ type: 'connector', connector, settings: fields && propertiesIn(fields) }),
  ],
  ['task-', (rest, fields) => ({ type: 'task', ...taskIn(rest), settings: propertiesIn(there(fields)) })],
  [
    'commit-',
    (connector, fields) => ({ type: 'commit', connector, tasks: integerIn(there(fields), 'tasks') }),
  ],
  [
    'restart-connector-',
    (connector, fields) => ({ type: 'restart', connector, ...restartIn(there(fields)) }),
  ],
  [
    'tasks-fencing-',
    (connector, fields) => ({ type: 'fencing', connector, tasks: integerIn(there(fields), 'task-count') }),
  ],
  [
    'logger-cluster-',
    (namespace, fields) => ({ type: 'logger', namespace, level: stringIn(there(fields), 'level') }),
  ],
  ['session-key', (_, fields) => ({ type: 'session-key', sessionKey: sessionKeyIn(there(fields)) })],
]

/** Reads a record as KafkaConfigBackingStore of Kafka Connect 4.1 does. Throws Unreadable for what is to be passed over. */
export function readConfigRecord(key: string, value: Uint8Array | null): ConfigRecord {
  const found = readers.find(([start]) => key.startsWith(start))
  if (found === undefined) throw new Unreadable('has a key of no known kind')
  const [start, read] = found
  return read(key.slice(start.length), fieldsOf(value))
}

function there(fields: Fields | null): Fields {
  if (fields === null) throw new Unreadable('has no value')
  return fields
}

/** Older workers know `state` alone, and no STOPPED in it. */
function targetIn(fields: Fields): TargetState {
  const state = typeof fields['state.v2'] === 'string' ? fields['state.v2'] : stringIn(fields, 'state')
  if (!targets.has(state)) throw new Unreadable(`asks for the state ${state}, which is none`)
  return state as TargetState
}

function propertiesIn(fields: Fields): Settings {
  try {
    return settingsOf(fields['properties'], '"properties"')
  } catch (error) {
    throw new Unreadable(`holds no settings: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function taskIn(rest: string): { readonly connector: string; readonly task: number } {
  const [, connector, task] = /^(.*)-(\d{1,9})$/s.exec(rest) ?? []
  if (connector === undefined) throw new Unreadable('has a key that names no task')
  return { connector, task: Number(task) }
}

function restartIn(fields: Fields): { readonly includeTasks: boolean; readonly onlyFailed: boolean } {
  return { includeTasks: fields['include-tasks'] === true, onlyFailed: fields['only-failed'] === true }
}

function sessionKeyIn(fields: Fields): SessionKey {
  return {
    key: Buffer.from(stringIn(fields, 'key'), 'base64'),
    algorithm: stringIn(fields, 'algorithm'),
    createdAt: integerIn(fields, 'creation-timestamp'),
  }
}

/** Records as Kafka Connect 4.1 writes them, byte for byte: JsonConverter without schemas, fields in the order of its structs. */
export const configRecord = {
  connector: (connector: string, settings: Settings | null): KeyedRecord =>
    keyed(`connector-${connector}`, settings && properties([...settings])),
  /** The settings in the order of the HashMap that a task's are there. */
  task: (connector: string, task: number, settings: Settings): KeyedRecord => {
    const entries = [...settings].map(([name, value]) => ({ name, value }))
    return keyed(
      `task-${connector}-${task}`,
      properties(inJavaOrder(entries).map(({ name, value }) => [name, value])),
    )
  },
  commit: (connector: string, tasks: number): KeyedRecord =>
    keyed(`commit-${connector}`, `{"tasks":${tasks}}`),
  target: (connector: string, target: TargetState | null): KeyedRecord => {
    // Workers before 3.5 know no STOPPED.
    const old = target === 'STOPPED' ? 'PAUSED' : target
    return keyed(`target-state-${connector}`, target && `{"state":"${old}","state.v2":"${target}"}`)
  },
  fencing: (connector: string, tasks: number): KeyedRecord =>
    keyed(`tasks-fencing-${connector}`, `{"task-count":${tasks}}`),
  restart: ({ connector, includeTasks, onlyFailed }: RestartRequest): KeyedRecord =>
    keyed(`restart-connector-${connector}`, `{"include-tasks":${includeTasks},"only-failed":${onlyFailed}}`),
  sessionKey: ({ key, algorithm, createdAt }: SessionKey): KeyedRecord =>
    keyed(
      'session-key',
      `{"key":"${key.toString('base64')}","algorithm":${quote(algorithm)},"creation-timestamp":${createdAt}}`,
    ),
  logger: (namespace: string, level: string): KeyedRecord =>
    keyed(`logger-cluster-${namespace}`, `{"level":${quote(level)}}`),
} as const

function properties(entries: ReadonlyArray<readonly [string, string]>): string {
  return `{"properties":{${entries.map(([name, value]) => property(name) + quote(value)).join(',')}}}`
}
