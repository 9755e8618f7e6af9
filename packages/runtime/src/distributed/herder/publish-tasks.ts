import { type Json, wait } from '@sluice/template'
import type { Settings } from '../../config/settings.ts'
import { backoffMs } from '../../kafka/backoff.ts'
import type { ConnectorPlan } from '../../worker/connector-plan.ts'
import type { ClusterState } from '../logs/cluster-state.ts'
import { sameSettings, taskRecord } from './task-record.ts'

export interface PublishOptions {
  readonly state: () => ClusterState
  /** Hands them to the leader, or writes them where this worker is it. */
  readonly put: (connector: string, tasks: readonly Settings[]) => Promise<void>
  readonly failed: (connector: string, error: unknown, againMs: number) => void
}

const firstMs = 250
const maxMs = 60_000

/** Makes the slices the connector's tasks unless they are already. Tries until it is done, or the signal aborts. */
export async function publishTasks(
  connector: string,
  how: { readonly plan: ConnectorPlan; readonly slices: readonly Json[]; readonly signal: AbortSignal },
  { state, put, failed }: PublishOptions,
): Promise<void> {
  const { plan, slices, signal } = how
  const tasks = slices.map((slice) => taskRecord(plan.settings, slice))
  for (let attempt = 0; !signal.aborted; attempt++) {
    if (isCommitted(tasks, state(), connector)) return
    try {
      return await put(connector, tasks)
    } catch (error) {
      const againMs = Math.round(backoffMs({ first: firstMs, max: maxMs, attempt }))
      // a leader may just be elected
      if (attempt > 2) failed(connector, error, againMs)
      await wait(againMs, signal).catch(() => {})
    }
  }
}

function isCommitted(tasks: readonly Settings[], state: ClusterState, connector: string): boolean {
  const known = state.connectors.get(connector)
  if (known === undefined || known.inconsistent || known.taskGeneration === undefined) return false
  // this worker may have read the whole of what others find incomplete
  if (known.hasUncommitted) return false
  return (
    known.tasks.length === tasks.length &&
    tasks.every((task, index) => sameSettings(task, known.tasks[index]!))
  )
}
