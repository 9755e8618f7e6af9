import type { ConnectorConfig } from '../config/connector-fields.ts'
import type { Settings } from '../config/settings.ts'
import type { Plugin } from '../plugins/registry.ts'
import type { TaskStatus } from '../task/task.ts'
import type { TaskHost } from './task-host.ts'

/** What a connector is to run: settings that were read already. */
export interface ConnectorPlan {
  readonly settings: Settings
  readonly config: ConnectorConfig
  readonly plugin: Plugin
}

export interface ConnectorServices {
  readonly host: TaskHost
  readonly gracefulTimeoutMs: number
  readonly splitTimeoutMs: number
  readonly changed: (change: { readonly task?: number; readonly status: TaskStatus }) => void
}
