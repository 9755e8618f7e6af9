import type { Issue, Json, Logger } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { TokenFunction } from '../kafka/types.ts'
import type { OffsetStore } from '../offsets/offset-store.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import type { Task, TaskMetricsSink, TaskOptions } from '../task/task.ts'
import { runAlterOffsets } from './alter-offsets.ts'
import { runCheck, runSplit } from './connector-code.ts'
import type { TaskHost } from './task-host.ts'

/** What tasks get from the worker, wherever they run. */
export interface HostServices {
  readonly worker: Settings
  readonly registry: PluginRegistry
  readonly offsets: OffsetStore
  readonly log: Logger
  readonly token?: TokenFunction
  metrics(connector: string, task: number): TaskMetricsSink
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
        worker: services.worker,
        plugins: services.registry,
        kafka: { ...(services.token && { token: services.token }) },
        offsets: services.offsets,
        log: services.log.child({ connector, task: index }),
        metrics: services.metrics(connector, index),
        onStatus: (status) => events.status(status),
        onTopic: (topic) => events.topic(topic),
        ...(events.identity && { identity: events.identity }),
        paused: spec.paused,
      })
    },
    check: ({ plugin, settings, signal }) =>
      orAborted<readonly Issue[]>(runCheck(plugin, settings, signal), signal),
    split: ({ connector, ...request }) =>
      orAborted<readonly Json[]>(
        runSplit({ ...request, log: services.log.child({ connector }), metrics: noMetrics }),
        request.signal,
      ),
    alterOffsets: ({ signal, ...request }) => orAborted(runAlterOffsets({ ...request, signal }), signal),
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
