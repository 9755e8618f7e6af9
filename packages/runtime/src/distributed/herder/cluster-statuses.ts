import type { TaskStatus } from '../../task/task.ts'
import type { ConnectorStatus, StateView } from '../../worker/views.ts'
import { connectorItself, isConnector, type Unit } from '../group/unit.ts'
import type { ClusterState } from '../logs/cluster-state.ts'
import type { StatusLog } from '../logs/status-log.ts'
import type { StoredStatus } from '../logs/status-records.ts'

export interface ClusterStatusesOptions {
  readonly log: StatusLog
  readonly state: () => ClusterState
  readonly workerId: () => string
  readonly generation: () => number
  /** What runs here knows more of itself than the topic has. */
  readonly here: (unit: Unit) => TaskStatus | undefined
  readonly pluginOf: (connector: string) => {
    readonly type: ConnectorStatus['type']
    readonly version: string
  }
}

/** States all over the cluster: this worker writes those of what it runs, and reads all of them, from the status topic. */
export class ClusterStatuses {
  readonly #options: ClusterStatusesOptions

  constructor(options: ClusterStatusesOptions) {
    this.#options = options
  }

  of(name: string): ConnectorStatus {
    const { log, pluginOf } = this.#options
    const { type, version } = pluginOf(name)
    const count = this.#options.state().connectors.get(name)?.tasks.length ?? 0
    const stored = log.tasks(name)
    const own = { connector: name, task: connectorItself }
    return {
      name,
      connector: this.#view(own, log.connector(name), version),
      tasks: Array.from({ length: count }, (_, id) => ({
        id,
        ...this.#view({ connector: name, task: id }, stored.get(id), version),
      })),
      type,
    }
  }

  /** The worker that ran a unit last, as `host:port`. */
  lastWorker({ connector, task }: Unit): string | undefined {
    const { log } = this.#options
    const stored = task === connectorItself ? log.connector(connector) : log.tasks(connector).get(task)
    return stored?.workerId
  }

  put(unit: Unit, status: TaskStatus): void {
    // whoever stops what was deleted has nothing to say: the leader removes what is known of it
    if (status.state === 'UNASSIGNED' && !this.#isConfigured(unit)) return
    const { workerId, generation, pluginOf } = this.#options
    const { version } = pluginOf(unit.connector)
    const { state, trace } = status
    this.#put(unit, {
      state,
      ...(trace !== undefined && { trace: withNextTry(trace, status.nextTryAt) }),
      workerId: workerId(),
      generation: generation(),
      version,
    })
  }

  /** The leader says what nobody else can say: the worker that ran these is gone. */
  putUnassigned(units: readonly Unit[]): void {
    const { log, generation } = this.#options
    for (const unit of units) {
      const stored = isConnector(unit)
        ? log.connector(unit.connector)
        : log.tasks(unit.connector).get(unit.task)
      if (stored === undefined || stored.state === 'UNASSIGNED') continue
      const { trace: _, ...rest } = stored
      this.#put(unit, { ...rest, state: 'UNASSIGNED', generation: generation() })
    }
  }

  /** Removes the states of what was deleted; for the leader. */
  removeDeleted(): void {
    const { log, state } = this.#options
    const { connectors } = state()
    for (const name of log.connectors()) {
      const count = connectors.get(name)?.tasks.length
      if (count === undefined) {
        log.removeConnector(name)
        log.removeTopics(name)
        continue
      }
      for (const task of log.tasks(name).keys()) if (task >= count) log.removeTask(name, task)
    }
  }

  #put(unit: Unit, status: StoredStatus): void {
    const { log } = this.#options
    const safe = status.state === 'UNASSIGNED' || status.state === 'FAILED'
    if (isConnector(unit)) log.putConnector(unit.connector, status, { safe })
    else log.putTask(unit.connector, unit.task, status, { safe })
  }

  #view(unit: Unit, stored: StoredStatus | undefined, version: string): StateView {
    const { here, workerId } = this.#options
    const own = here(unit)
    if (own !== undefined && (own.state !== 'UNASSIGNED' || own.detail !== undefined)) {
      const { state, trace, nextTryAt, detail } = own
      return {
        state,
        worker_id: workerId(),
        version,
        ...(trace !== undefined && { trace: withNextTry(trace, nextTryAt) }),
        ...(detail !== undefined && { detail }),
      }
    }
    return {
      state: stored?.state ?? 'UNASSIGNED',
      worker_id: stored?.workerId ?? '',
      version: stored?.version ?? version,
      ...(stored?.trace !== undefined && { trace: stored.trace }),
    }
  }

  #isConfigured({ connector, task }: Unit): boolean {
    const config = this.#options.state().connectors.get(connector)
    return config !== undefined && task < config.tasks.length
  }
}

function withNextTry(trace: string, nextTryAt: number | undefined): string {
  return nextTryAt === undefined
    ? trace
    : `${trace}\nIt restarts itself at ${new Date(nextTryAt).toISOString()}.`
}
