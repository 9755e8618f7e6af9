import type { Json, Logger, SinkDefinition, SourceDefinition } from '@sluice/template'
import type { KafkaReach } from '../kafka/types.ts'
import type { OffsetStore } from '../offsets/offset-store.ts'
import type { FigureSink, GroupSink } from '../telemetry/figure-sink.ts'

/** States as Kafka Connect's REST API names them. */
export type TaskState = 'UNASSIGNED' | 'RUNNING' | 'PAUSED' | 'FAILED' | 'RESTARTING' | 'STOPPED'

export interface TaskStatus {
  readonly state: TaskState
  /** With FAILED: the error and its causes, as text. */
  readonly trace?: string
  /** With FAILED: when the task restarts itself, milliseconds since the epoch; absent: it waits for a person or a new configuration. */
  readonly nextTryAt?: number
  /** With RUNNING, and before: what the task waits for, where it is worth a line (a held read window, a server that pushes back or doesn't answer). */
  readonly detail?: string
}

/** Who a sink task is in its group, so that one that goes on after a thread was lost takes the dead one's seat instead of waiting for it. */
export interface GroupIdentity {
  /** The dead one's member id, told once; empty: there is none. */
  inherit(): string
  /** The group knows the task by this id from now on; empty: by none. */
  named(memberId: string): void
}

/** Everything that one task needs. Plain data but for the functions, so that a thread can be handed the same. */
export interface TaskOptions {
  readonly connector: string
  readonly index: number
  readonly definition: SourceDefinition | SinkDefinition
  readonly kind: 'source' | 'sink'
  /** A source's share of the work. */
  readonly slice: Json
  /** The connector's settings, as they were given. */
  readonly settings: ReadonlyMap<string, string>
  /** The same with values in place of references to config providers, looked up for each run anew. Absent: there are none. */
  readonly resolve?: (settings: ReadonlyMap<string, string>) => Promise<ReadonlyMap<string, string>>
  /** Values of config providers among the settings, the worker's included: nothing that the task writes about itself may have them. */
  readonly secrets?: readonly string[]
  /** The worker's settings: defaults for converters, client prefixes, intervals. */
  readonly worker: ReadonlyMap<string, string>
  /** Finds converters, transforms and predicates by the names that settings give them. */
  readonly plugins: PluginLookup
  readonly kafka: KafkaReach
  readonly offsets: OffsetStore
  readonly log: Logger
  readonly metrics: TaskMetricsSink
  readonly onStatus: (status: TaskStatus) => void
  /** The task has used a topic (topic tracking); told again while it does. */
  readonly onTopic?: (topic: string) => void
  /** Who a sink task is in its group. Absent: nobody goes on for it if it dies. */
  readonly identity?: GroupIdentity
  /** Starts paused. */
  readonly paused?: boolean
  /**
   * In a cluster, asked by an exactly-once source before and after it takes its transactional id: rejects where the task isn't to run here any more, because the connector's tasks
   * were divided anew or this one was given to another worker.
   */
  readonly confirmCurrent?: () => Promise<void>
}

export interface PluginLookup {
  /** The definition under a name, alias, class name or module path. Throws an Error that names what was looked for and what there is. */
  find(
    kind: 'source' | 'sink' | 'transform' | 'predicate' | 'converter' | 'config-provider',
    name: string,
  ): unknown
}

/** Takes a task's figures: those of Kafka Connect's groups about tasks itself, those of its clients and transforms by their group. */
export interface TaskMetricsSink extends FigureSink, GroupSink {
  /** A connector's own counters and gauges. */
  custom(kind: 'counter' | 'gauge', name: string, doc: string): (value: number) => void
}

/**
 * One running task: opens its connector, moves records, commits, restarts itself with back-off after a failure. Never throws out of its loop;
 * what happens is told through `onStatus`.
 */
export interface Task {
  status(): TaskStatus
  pause(): void
  resume(): void
  /** Restarts now, whatever the state; resolves when the old run has ended. */
  restart(): Promise<void>
  /** Stops gracefully: flush, commit, close; after `timeoutMs` it gives up waiting and cuts. Idempotent. */
  stop(how: { timeoutMs: number }): Promise<void>
}
