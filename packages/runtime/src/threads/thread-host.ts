import { availableParallelism } from 'node:os'
import type { Issue } from '@sluice/template'
import type { WorkerConfig } from '../config/worker-fields.ts'
import type { Plugin, PluginOrigin } from '../plugins/registry.ts'
import { levelsOf, loggerFor } from '../telemetry/leveled-logger.ts'
import { LogLevels } from '../telemetry/log-levels.ts'
import { workerEvents } from '../telemetry/worker-events.ts'
import { asksOfOffsets } from '../worker/alter-offsets.ts'
import { hasCheck, runSplit } from '../worker/connector-code.ts'
import { type HostServices, noMetrics } from '../worker/in-process-host.ts'
import type { CheckRequest, SplitRequest, TaskHost } from '../worker/task-host.ts'
import { applyFigures } from './figure-batch.ts'
import type { FromThread, RemoteSpec } from './messages.ts'
import { serveRequest } from './serve-request.ts'
import type { TaskThread } from './task-thread.ts'
import { alterInThread, checkInThread, splitInThread } from './thread-call.ts'
import { Slots } from './slots.ts'
import { SplitWatch } from './split-watch.ts'
import { ThreadPool } from './thread-pool.ts'
import { ThreadTask } from './thread-task.ts'

/**
 * Runs tasks in a pool of worker threads, and each check and split in a thread of its own, which ends with the answer. A split that went well
 * is repeated beside the tasks, to watch for changes from there.
 */
export function createThreadHost(services: HostServices, config: WorkerConfig): TaskHost {
  const events = workerEvents(services.log)
  const onMessage = (message: FromThread, thread: TaskThread): void => serve(services, message, thread)
  const shared = {
    heapMb: config.taskThreadMemoryMb,
    hangTimeoutMs: config.taskHangTimeoutMs,
    onMessage,
    slots: slotsFor(availableParallelism()),
    data: {
      worker: services.worker,
      secrets: services.secrets,
      preload: preloadOf(services.registry.list()),
      reach: Object.keys(services.reach) as (keyof HostServices['reach'])[],
      verbosity: (levelsOf(services.log) ?? new LogLevels('INFO')).verbosity,
    },
  }
  const pool = new ThreadPool({
    ...shared,
    size: config.taskThreads,
    onDeath: ({ how, error }, riders) => events.threadDied(how, error.message, riders),
  })
  return {
    refusal: ({ definition, origin }) => (origin === undefined ? noOrigin(definition.name) : undefined),
    start: ({ plugin, dedicated, ...spec }, taskEvents) =>
      new ThreadTask({
        spec: { ...spec, origin: originOf(plugin) },
        dedicated,
        pool,
        events: taskEvents,
        givenUp: (trace) => events.taskGivenUp(spec.connector, spec.index, trace),
        unloaded: (trace) => events.taskUnloaded(spec.connector, spec.index, trace),
      }),
    check: (request) => check(request, shared),
    split: async (request) => split(request, { services, shared }),
    alterOffsets: async ({ offsets, ...request }) =>
      asksOfOffsets(request.plugin)
        ? alterInThread(
            { ...remoteSpec(request, nameIn(request.settings)), offsets },
            { ...shared, signal: request.signal },
          )
        : { outcome: 'done', adjusted: false },
    watch: (request, slices) => {
      if (!divides(request.plugin)) return
      const { signal, resplit, divided, maxTasks, connector } = request
      new SplitWatch({
        spec: remoteSpec(request, connector),
        maxTasks,
        slices,
        pool,
        limitMs: config.connectorSplitTimeoutMs,
        signal,
        resplit,
        divided,
        lost: (reason, restartMs) => events.watchLost(connector, reason, restartMs),
      }).start()
    },
    close: () => pool.close(),
  }
}

/** One bad connector never takes all of them, and no number of those takes all of the machine. */
function slotsFor(cores: number): Slots {
  const size = Math.max(3, cores)
  return new Slots({ size, most: 4 * size, mostOfOne: 2 })
}

type Shared = Omit<Parameters<typeof checkInThread>[1], 'signal'>

async function check(request: CheckRequest, shared: Shared): Promise<readonly Issue[]> {
  if (!hasCheck(request.plugin, request.settings)) return []
  return checkInThread(remoteSpec(request, nameIn(request.settings)), { ...shared, signal: request.signal })
}

async function split(
  request: SplitRequest,
  how: { readonly services: HostServices; readonly shared: Shared },
): ReturnType<TaskHost['split']> {
  const resolve = () => Promise.resolve(request.settings)
  // no connector's code runs then, and nobody looks at the settings
  if (!divides(request.plugin))
    return runSplit({ ...request, resolve, log: how.services.log, metrics: noMetrics })
  const { connector, maxTasks, signal } = request
  return splitInThread({ ...remoteSpec(request, connector), maxTasks }, { ...how.shared, signal })
}

function divides({ definition }: Plugin): boolean {
  return 'split' in definition && definition.split !== undefined
}

function serve(services: HostServices, message: FromThread, thread: TaskThread): void {
  switch (message.type) {
    case 'log':
      return loggerFor(services.log, message.fields)[message.level](message.fields, message.message)
    case 'figures':
      return applyFigures(message.batch, services.metrics(message.connector, message.task))
    case 'request':
      void serveRequest(services, message.call, message.request).then((answer) => thread.post(answer))
  }
}

/** Everything but connectors, which a thread loads when a task needs them. */
function preloadOf(plugins: readonly Plugin[]): readonly PluginOrigin[] {
  return plugins
    .filter(({ kind }) => kind !== 'source' && kind !== 'sink')
    .flatMap(({ origin }) => (origin === undefined ? [] : [origin]))
}

/** A connector that is checked need not be there yet. */
function nameIn(settings: CheckRequest['settings']): string {
  return settings.get('name') ?? ''
}

function remoteSpec({ plugin, settings }: CheckRequest, connector: string): RemoteSpec {
  return { connector, origin: originOf(plugin), settings }
}

function originOf({ definition, origin }: Plugin): PluginOrigin {
  if (origin !== undefined) return origin
  throw new Error(`connector.class ${noOrigin(definition.name)}.`)
}

function noOrigin(name: string): string {
  return `is ${name}, which was passed as an object and can't cross threads: pass the module that exports it (a package's name or a path), or set task.isolation=none`
}
