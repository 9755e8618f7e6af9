import type { Logger } from '@sluice/template'
import type { Registry } from 'prom-client'
import type { WorkerMode } from '../config/cluster-config.ts'
import type { SettingsInput } from '../config/settings.ts'
import type { OffsetStore } from '../offsets/offset-store.ts'
import type { Task, TaskOptions } from '../task/task.ts'
import type { KafkaAccess } from './kafka-access.ts'

export interface WorkerOptions {
  /** Brokers as `host:port`, or more about how to reach them. Absent: the settings have `bootstrap.servers`. */
  readonly kafka?: string | KafkaAccess
  /** Definitions, or modules to load them from: package names, paths, URLs. Only those may run in threads. */
  readonly plugins?: readonly unknown[]
  /** Worker settings by Kafka Connect's names. */
  readonly settings?: SettingsInput
  /** Default: no logs. */
  readonly logger?: Logger
  /** A registry of prom-client that gets the worker's figures. */
  readonly metrics?: Registry
  /** Where connector code runs; overrides `task.isolation`. Default: `none`, on the thread of the program. */
  readonly isolation?: 'none' | 'thread'
  /** Where the offsets of sources are kept. Absent: as the settings say (a file or a topic). */
  readonly offsets?: OffsetStore
  /** What the settings have to have. Default: `embedded`, the least. */
  readonly mode?: WorkerMode
  /** Folder that plug-ins' names and paths are resolved from. Default: the working directory. */
  readonly baseFolder?: string
  /** Makes tasks; for tests. */
  readonly createTask?: (options: TaskOptions) => Task
}
