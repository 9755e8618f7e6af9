import type { Issue, Json } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { Plugin } from '../plugins/registry.ts'
import type { AlteredOffsets, AlterOutcome } from './alter-offsets.ts'
import type { GroupIdentity, Task, TaskStatus } from '../task/task.ts'

/** One task as plain data: a thread can be handed the same. */
export interface TaskSpec {
  readonly connector: string
  readonly index: number
  readonly plugin: Plugin
  readonly slice: Json
  readonly settings: Settings
  readonly paused: boolean
  /** `tasks.dedicated.thread`: shares its thread with nobody. */
  readonly dedicated: boolean
}

export interface TaskEvents {
  status(status: TaskStatus): void
  topic(topic: string): void
  readonly identity?: GroupIdentity
  /** `TaskOptions.confirmCurrent`. */
  confirmCurrent?(): Promise<void>
}

export interface CheckRequest {
  readonly plugin: Plugin
  readonly settings: Settings
  readonly signal: AbortSignal
}

export interface SplitRequest extends CheckRequest {
  readonly connector: string
  readonly maxTasks: number
  /** The connector asks to be split again. The context of this split ends when `signal` aborts. */
  readonly resplit: () => void
  /** The work is divided so by now. */
  readonly divided: (slices: readonly Json[]) => void
}

export interface AlterRequest extends CheckRequest {
  readonly offsets: AlteredOffsets
}

/** Where connector code runs: on this thread, or in worker threads. */
export interface TaskHost {
  /** Why a plug-in can't run here, as a sentence part after `connector.class`; undefined: it can. */
  refusal(plugin: Plugin): string | undefined
  start(spec: TaskSpec, events: TaskEvents): Task
  /** What the connector's own `check` finds, under the keys of settings. Rejects when the signal aborts, whatever the connector does. */
  check(request: CheckRequest): Promise<readonly Issue[]>
  /** One slice per task. Rejects when the signal aborts, whatever the connector does. */
  split(request: SplitRequest): Promise<readonly Json[]>
  /** Asks the connector about offsets that an operator wants. Rejects when the signal aborts, whatever the connector does. */
  alterOffsets(request: AlterRequest): Promise<AlterOutcome>
  /**
   * Keeps a context of `split` alive beside the tasks that were started with these slices, so that the connector may ask to be split again;
   * until the signal aborts.
   */
  watch(request: SplitRequest, slices: readonly Json[]): void
  /** Ends what is left. Tasks are stopped before. Idempotent. */
  close(): Promise<void>
}
