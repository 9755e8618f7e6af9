import type { ConfigFields, Definition, Issue, Json } from '@sluice/template'
import type { InitialState } from '../config/connector-file.ts'
import type { Settings, SettingsInput } from '../config/settings.ts'
import type { LoggerLevel } from '../telemetry/log-levels.ts'
import type { InternalRequests } from './internal-requests.ts'
import type { TypedSettings } from './typed-settings.ts'
import type { ConnectorInfo, ConnectorStatus, TaskConfig } from './views.ts'

export type PutHow = 'create' | 'upsert'

export interface ApplyHow {
  /** `create`: 409 where the name is taken. Default: upsert. */
  readonly mode?: PutHow
  /** Of a new connector. Default: RUNNING. */
  readonly initialState?: InitialState
  /** Nobody waits for an answer as a request does, and what may pass by itself keeps nothing from starting. */
  readonly atStart?: boolean
}

/** Where a connector stands in one partition: of its source, or `{kafka_topic, kafka_partition}` and `{kafka_offset}` of a sink. */
export interface ConnectorOffset {
  readonly partition: OffsetMap
  /** Null, in a change: forget it. */
  readonly offset: OffsetMap | null
}

export interface Health {
  readonly status: 'starting' | 'healthy' | 'unhealthy'
  /** What it does meanwhile, or what is wrong: a sentence. */
  readonly detail?: string
}

export type OffsetMap = Readonly<Record<string, Json>>

/**
 * The connectors of a worker, or of the cluster that it belongs to: what REST and an embedding program do with them. What is read is what
 * this worker knows at the moment; whatever may have to be asked for or written is a promise. A name that there isn't is a RequestError of 404
 * everywhere. What only another worker may do is asked of that one over its REST: then what is wrong with settings is a RequestError of 400 with all of
 * it in its message, and a server that gives the connector's check no answer is an error too. Rejects with a NotLeader where no leader is known for 15 s.
 */
export interface Connectors {
  /**
   * Creates a connector or gives it new settings, and starts it. Rejects with a ConfigError that has every issue with its settings, those
   * that the connector's own check finds included, but for a server that doesn't answer just now: its tasks try again. A check that takes longer
   * than `connector.check.timeout.ms` is passed over.
   */
  put<S extends ConfigFields>(
    name: string,
    definition: Definition<S>,
    settings: TypedSettings<S>,
  ): Promise<ConnectorInfo>
  /** The same, by the name of a loaded plug-in. */
  put(name: string, connectorClass: string, settings: SettingsInput): Promise<ConnectorInfo>
  /** The same; `connector.class` is among the settings. */
  put(name: string, settings: SettingsInput): Promise<ConnectorInfo>
  /**
   * As `put`, for requests: says whether it was created. The check is waited for less than a second, for a request is answered whatever a connector
   * does; what it finds later goes to the log. A server that doesn't answer is an issue too.
   */
  apply(
    name: string,
    settings: Settings,
    how?: ApplyHow,
  ): Promise<{ readonly info: ConnectorInfo; readonly created: boolean }>
  /** As `apply`, over the settings that there are; null takes one away (KIP-477). */
  patch(name: string, changes: ReadonlyMap<string, string | null>): Promise<ConnectorInfo>

  names(): readonly string[]
  get(name: string): ConnectorInfo
  status(name: string): ConnectorStatus
  statuses(): readonly ConnectorStatus[]
  taskConfigs(name: string): readonly TaskConfig[]

  /** Tasks keep what they hold, and move nothing. */
  pause(name: string): Promise<void>
  /** Goes on, after `pause` and after `stop`. */
  resume(name: string): Promise<void>
  /** Ends the tasks; the connector stays and may be resumed. Resolves when they have ended, or with `wait: false` once it is decided. */
  stop(name: string, how?: { readonly wait?: boolean }): Promise<void>
  /** Ends the tasks and forgets the connector. Offsets stay. Resolves as `stop`; the connector is gone for everyone who asks then. */
  delete(name: string, how?: { readonly wait?: boolean }): Promise<void>
  /** Restarts the connector itself and, if asked for, its tasks (KIP-745); apart from the caller. Resolves with the status as it is then. */
  restart(
    name: string,
    how?: { readonly includeTasks?: boolean; readonly onlyFailed?: boolean },
  ): Promise<ConnectorStatus>
  restartTask(name: string, task: number): Promise<void>

  /**
   * Every issue with the settings, what the connector's check finds included. For the validate request: rejects with a RequestError where the check
   * comes to no result, as Kafka Connect does.
   */
  validate(settings: Settings): Promise<readonly Issue[]>

  /** All that is stored (KIP-875). */
  offsets(name: string): Promise<readonly ConnectorOffset[]>
  /** Resolves with a sentence about what was done. Rejects with a RequestError of 400 unless the connector is stopped. */
  alterOffsets(name: string, changes: readonly ConnectorOffset[]): Promise<string>
  /** The same for all offsets: they are forgotten. */
  resetOffsets(name: string): Promise<string>

  /** Those that its tasks have used since the start or the last reset (KIP-558). */
  topics(name: string): readonly string[]
  resetTopics(name: string): Promise<void>

  /** Sets the level of a logger and of all below it in every worker of the cluster (KIP-976). Absent where there is one worker only. */
  setLoggers?(namespace: string, level: LoggerLevel): Promise<void>
  /** Is it ready, and does it do its work? Found out within `timeoutMs`. Absent: it is ready once it has started. */
  health?(call: { readonly timeoutMs: number }): Promise<Health>

  /**
   * The same without the others, as REST takes it: what only another worker may do rejects with a ForwardRequest (NotLeader, NotOwner) that says
   * which, before anything was done. Absent: there are no others.
   */
  readonly here?: Connectors

  /** Ends all that runs here, together, within `timeoutMs`; nothing can be put any more. */
  close(timeoutMs: number): Promise<void>
  /** What workers of a cluster ask of each other; absent where there is one worker only. */
  readonly internal?: InternalRequests
}
