import { toObject } from '../config/settings.ts'
import type { TaskState, TaskStatus } from '../task/task.ts'
import type { Connector } from './connector.ts'
import { taskClassOf, taskClassSetting } from './task-class.ts'

/** Bodies as Kafka Connect's REST API has them; embedded programs get the same. */
export interface ConnectorInfo {
  readonly name: string
  /** As it was put, secrets included; the log shows them masked. */
  readonly config: Readonly<Record<string, string>>
  readonly tasks: ReadonlyArray<{ readonly connector: string; readonly task: number }>
  /** `unknown`: the worker that was asked has no such plug-in. */
  readonly type: 'source' | 'sink' | 'unknown'
}

/** One task's settings. A slice of the work that the task was given isn't among them. */
export interface TaskConfig {
  readonly id: { readonly connector: string; readonly task: number }
  readonly config: Readonly<Record<string, string>>
}

export interface StateView {
  readonly state: TaskState
  readonly worker_id: string
  readonly version: string
  /** With FAILED. */
  readonly trace?: string
  /** What a running task waits for, where it is worth a line. Not in Kafka Connect. */
  readonly detail?: string
}

export interface TaskView extends StateView {
  readonly id: number
}

export interface ConnectorStatus {
  readonly name: string
  readonly connector: StateView
  readonly tasks: readonly TaskView[]
  readonly type: 'source' | 'sink' | 'unknown'
}

export function infoOf(connector: Connector): ConnectorInfo {
  const { name, plan } = connector
  return {
    name,
    config: toObject(plan.settings),
    tasks: connector.tasks().map(({ index }) => ({ connector: name, task: index })),
    type: typeOf(connector),
  }
}

export function taskConfigsOf(connector: Connector): readonly TaskConfig[] {
  const { settings } = connector.plan
  const config = toObject(new Map(settings).set(taskClassSetting, taskClassOf(settings)))
  return infoOf(connector).tasks.map((id) => ({ id, config }))
}

export function statusOf(connector: Connector, workerId: string): ConnectorStatus {
  const { version } = connector.plan.plugin.definition
  const view = (status: TaskStatus): StateView => ({
    state: status.state,
    worker_id: workerId,
    version,
    ...(status.trace !== undefined && { trace: withNextTry(status.trace, status.nextTryAt) }),
    ...(status.detail !== undefined && { detail: status.detail }),
  })
  return {
    name: connector.name,
    connector: view(connector.status),
    tasks: connector.tasks().map(({ index, status }) => ({ id: index, ...view(status) })),
    type: typeOf(connector),
  }
}

/** The status at the moment in which a restart (KIP-745) begins. */
export function restarting(
  status: ConnectorStatus,
  how: { readonly includeTasks: boolean; readonly onlyFailed: boolean },
): ConnectorStatus {
  const begins = <V extends StateView>(view: V): V => {
    if (how.onlyFailed && view.state !== 'FAILED') return view
    const { trace: _, ...rest } = view
    return { ...(rest as V), state: 'RESTARTING' }
  }
  return {
    ...status,
    connector: begins(status.connector),
    tasks: how.includeTasks ? status.tasks.map(begins) : status.tasks,
  }
}

function typeOf(connector: Connector): 'source' | 'sink' {
  return connector.plan.plugin.kind === 'sink' ? 'sink' : 'source'
}

function withNextTry(trace: string, nextTryAt: number | undefined): string {
  return nextTryAt === undefined
    ? trace
    : `${trace}\nIt restarts itself at ${new Date(nextTryAt).toISOString()}.`
}
