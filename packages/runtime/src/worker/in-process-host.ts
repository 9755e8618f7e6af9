import type { Issue, Json, Logger } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { KafkaReach } from '../kafka/types.ts'
import type { OffsetStore } from '../offsets/offset-store.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import type { Task, TaskMetricsSink, TaskOptions } from '../task/task.ts'
import { runAlterOffsets } from './alter-offsets.ts'
import { runCheck, runSplit } from './connector-code.ts'
import type { TaskHost } from './task-host.ts'

/** What tasks get from the worker, wherever they run. */
export interface HostServices {
  readonly worker: Settings
  /** Values that config providers gave for the worker's settings. */
  readonly secrets: readonly string[]
  readonly registry: PluginRegistry
  readonly offsets: OffsetStore
  readonly log: Logger
  readonly reach: KafkaReach
  /** A connector's settings with values in place of references to config providers. Rejects with an Error that names what could not be looked up. */
  readonly resolve: (request: ResolveRequest) => Promise<Settings>
  metrics(connector: string, task: number): TaskMetricsSink
}

export interface ResolveRequest {
  readonly connector: string
  readonly settings: Settings
  /** They are to run with, until a value's time is over; false: to be looked at only. */
  readonly runs: boolean
}

/** For a check, whose connector may not be there yet. */
export function toCheck(settings: Settings): ResolveRequest {
  return { connector: settings.get('name') ?? '', settings, runs: false }
}

/** Runs connectors on this very thread: what embedding starts with, and what a worker thread does inside. */
export function createInProcessHost(
  services: HostServices,
  createTask: (options: TaskOptions) => Task,
): TaskHost {
  return {
    refusal: () => undefined,
    start(spec, events) {
      const { connector, index, plugin } = spec
      return createTask({
        connector,
        index,
        definition: plugin.definition as unknown as TaskOptions['definition'],
        kind: plugin.kind as 'source' | 'sink',
        slice: spec.slice,
        settings: spec.settings,
        resolve: (settings) => services.resolve({ connector, settings, runs: true }),
        worker: services.worker,
        secrets: services.secrets,
        plugins: services.registry,
        kafka: services.reach,
        offsets: services.offsets,
        log: services.log.child({ connector, task: index }),
        metrics: services.metrics(connector, index),
        onStatus: (status) => events.status(status),
        onTopic: (topic) => events.topic(topic),
        ...(events.identity && { identity: events.identity }),
        ...(events.confirmCurrent && { confirmCurrent: () => events.confirmCurrent!() }),
        paused: spec.paused,
      })
    },
    check: ({ plugin, settings, signal }) =>
      orAborted<readonly Issue[]>(
        runCheck({ plugin, settings, signal, resolve: () => services.resolve(toCheck(settings)) }),
        signal,
      ),
    split: ({ connector, ...request }) =>
      orAborted<readonly Json[]>(
        runSplit({
          ...request,
          resolve: () => services.resolve({ connector, settings: request.settings, runs: true }),
          log: services.log.child({ connector }),
          metrics: noMetrics,
        }),
        request.signal,
      ),
    alterOffsets: ({ signal, settings, ...request }) =>
      orAborted(
        runAlterOffsets({ ...request, signal, resolve: () => services.resolve(toCheck(settings)) }),
        signal,
      ),
    // what `split` was given lives on by itself
    watch: () => {},
    close: async () => {},
  }
}

/** `split` has no task whose figures it could add to. */
export const noMetrics = { counter: () => ({ add: () => {} }), gauge: () => ({ set: () => {} }) } as const

/** The promise, or the signal's reason as soon as it aborts; whatever the promise does later is no concern any more. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
