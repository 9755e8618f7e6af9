import type { ErrorKind, Issue, Json, SourcePartition } from '@sluice/template'
import type { KafkaReach, TokenRequest } from '../kafka/types.ts'
import type { StoredOffset } from '../offsets/offset-store.ts'
import type { PluginOrigin } from '../plugins/registry.ts'
import type { TaskStatus } from '../task/task.ts'
import type { AlteredOffsets, AlterOutcome } from '../worker/alter-offsets.ts'
import type { ResolveRequest } from '../worker/in-process-host.ts'
import type { FigureBatch } from './figure-batch.ts'
import type { BusyNote } from './watched-definition.ts'

/** What a thread is made with. */
export interface ThreadData {
  readonly worker: ReadonlyMap<string, string>
  /** Values that config providers gave for them. */
  readonly secrets: readonly string[]
  /** Modules of converters, transforms and the like, loaded before any task. Connectors' modules are loaded when a task needs them. */
  readonly preload: readonly PluginOrigin[]
  /** The functions of the worker's way to Kafka that may be asked. */
  readonly reach: readonly (keyof KafkaReach)[]
  readonly busy: BusyNote
  /** One number, in shared memory: lines below it needn't be sent (`LogLevels.verbosity`). */
  readonly verbosity: Int32Array<SharedArrayBuffer>
}

/** A task, or a call outside tasks, as data. */
export interface RemoteSpec {
  readonly connector: string
  readonly origin: PluginOrigin
  readonly settings: ReadonlyMap<string, string>
}

export interface RemoteTaskSpec extends RemoteSpec {
  readonly index: number
  readonly slice: Json
  readonly paused: boolean
  /** `TaskOptions.confirmCurrent` is there. */
  readonly confirms: boolean
  /** Of a sink task that died with its thread: who it was in its group. Empty: nobody. */
  readonly memberId: string
}

/** From the worker's thread to a task thread. `task` numbers a task within its thread. */
export type ToThread =
  | { readonly type: 'start'; readonly task: number; readonly spec: RemoteTaskSpec }
  | { readonly type: 'pause' | 'resume'; readonly task: number }
  | { readonly type: 'restart'; readonly task: number; readonly call: number }
  | { readonly type: 'stop'; readonly task: number; readonly call: number; readonly timeoutMs: number }
  | { readonly type: 'check'; readonly call: number; readonly spec: RemoteSpec }
  | { readonly type: 'split'; readonly call: number; readonly spec: RemoteSpec; readonly maxTasks: number }
  | {
      readonly type: 'alter'
      readonly call: number
      readonly spec: RemoteSpec
      readonly offsets: AlteredOffsets
    }
  /** Splits and goes on watching; numbered like a task. */
  | { readonly type: 'watch'; readonly task: number; readonly spec: RemoteSpec; readonly maxTasks: number }
  | { readonly type: 'unwatch'; readonly task: number }
  /** Calls are over: the thread ends when nothing goes on in it any more. */
  | { readonly type: 'end' }
  | { readonly type: 'answer'; readonly call: number; readonly value?: unknown; readonly error?: PlainError }
  | { readonly type: 'ping' }

export type FromThread =
  | { readonly type: 'ready'; readonly osThread: number | undefined }
  | { readonly type: 'pong' }
  | RiderMessage
  | {
      readonly type: 'log'
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly fields: object
      readonly message: string
    }
  | {
      readonly type: 'figures'
      readonly connector: string
      readonly task: number
      readonly batch: FigureBatch
    }
  | { readonly type: 'request'; readonly call: number; readonly request: ServiceRequest }
  | {
      readonly type: 'done'
      readonly call: number
      readonly value?: readonly Json[] | readonly Issue[] | AlterOutcome
      readonly error?: PlainError
    }

/** What concerns one task, or one watch. */
export type RiderMessage =
  | { readonly type: 'status'; readonly task: number; readonly status: TaskStatus }
  | { readonly type: 'topic'; readonly task: number; readonly topic: string }
  /** A sink task's group knows it by this id; empty: by none. */
  | { readonly type: 'named'; readonly task: number; readonly memberId: string }
  /** Is the task still to run? An `answer` follows, with an error where it isn't. */
  | { readonly type: 'confirm'; readonly task: number; readonly call: number }
  /** The task's code could not be loaded. */
  | { readonly type: 'unloaded'; readonly task: number; readonly error: PlainError }
  /** A watch: what `split` says now, or why it can't; and that the connector asks to be split again. */
  | { readonly type: 'divided'; readonly task: number; readonly slices: readonly Json[] }
  | { readonly type: 'undivided'; readonly task: number; readonly error: PlainError }
  | { readonly type: 'resplit'; readonly task: number }

/** What a thread asks of the worker. */
export type ServiceRequest =
  | {
      readonly service: 'offsets.get'
      readonly connector: string
      readonly partitions: readonly SourcePartition[]
    }
  | { readonly service: 'offsets.set'; readonly connector: string; readonly offsets: readonly StoredOffset[] }
  | { readonly service: 'offsets.all'; readonly connector: string }
  | { readonly service: 'offsets.identity' }
  | ({ readonly service: 'resolve' } & ResolveRequest)
  | { readonly service: 'token'; readonly login: TokenRequest }
  | { readonly service: 'rediscover' }
  | { readonly service: 'refused'; readonly reason: string; readonly login: TokenRequest }

/** An error as data: structured cloning would lose its kind. */
export interface PlainError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly kind: ErrorKind
  readonly cause?: PlainError
  readonly backoffMs?: number
  readonly issues?: readonly Issue[]
  readonly takenOver?: true
  /** Of an error of Kafka. */
  readonly kafka?: { readonly code: string; readonly retriable: boolean }
}
