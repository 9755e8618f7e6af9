import { type ConfigFields, type Logger, maskSecrets } from '@sluice/template'
import { type Settings, toObject } from '../config/settings.ts'
import type { TaskStatus } from '../task/task.ts'

/** Every log line of the worker and its herder, in one place. */
export function workerEvents(log: Logger) {
  return {
    started: (how: { version: string; ms: number; plugins: number; isolation: string }): void =>
      log.info(how, 'The worker has started.'),
    stopping: (timeoutMs: number): void =>
      log.info({ timeoutMs }, 'The worker is stopping: tasks flush and commit.'),
    stopped: (ms: number): void => log.info({ ms }, 'The worker has stopped.'),
    notClosed: (error: unknown): void =>
      log.warn({ err: error }, 'A part of the worker, which could not start, did not close.'),
    listening: (address: string): void => log.info({ address }, 'REST is listening.'),
    noBroker: (reason: string): void =>
      log.warn({}, `No broker of bootstrap.servers answers; tasks wait for one. ${reason}`),
    threadDied: (how: 'hung' | 'crashed', reason: string, tasks: readonly string[]): void =>
      log.error({ how, reason, tasks }, 'A worker thread was lost; its tasks restart from their offsets.'),
    watchLost: (connector: string, reason: string, restartMs: number): void =>
      log.warn(
        { connector, reason, restartMs: Math.round(restartMs) },
        "Nobody watches for changes of the connector's tasks now; that begins again.",
      ),
    taskGivenUp: (connector: string, task: number, trace: string): void =>
      log.error({ connector, task, trace }, 'The task has failed: it took its thread down twice.'),
    taskUnloaded: (connector: string, task: number, trace: string): void =>
      log.error(
        { connector, task, trace },
        "The task has failed: the connector's module could not be loaded.",
      ),
    settingWarning: (warning: string): void => log.warn({}, warning),
    connectorWarning: (connector: string, warning: string): void => log.warn({ connector }, warning),
    pluginShadowed: (name: string, kept: string, ignored: string): void =>
      log.warn({ name, kept, ignored }, 'Two plug-ins bear one name; the first one is kept.'),
    configured: (connector: string, fields: ConfigFields, settings: Settings): void =>
      log.info(
        { connector, config: toObject(maskSecrets(fields, settings)) },
        'The connector has new settings.',
      ),
    valuesChanged: (connector: string): void =>
      log.info(
        { connector },
        'A value that the connector refers to has changed: it restarts with the new one (config.action.reload).',
      ),
    valuesNotLookedUp: (connector: string, reason: string, retryMs: number): void =>
      log.warn(
        { connector, reason, retryMs: Math.round(retryMs) },
        'A value whose time is over could not be looked up again; the connector goes on with the one it has.',
      ),
    listenerFailed: (error: unknown): void =>
      log.error({ err: error }, 'A listener of the program has thrown.'),
    deleted: (connector: string): void => log.info({ connector }, 'The connector was deleted.'),
    checkFailed: (connector: string, issues: readonly { field: string; message: string }[]): void =>
      log.error({ connector, issues }, "The connector's check found settings that will not work."),
    checkWaits: (connector: string, reason: string): void =>
      log.warn({ connector }, `The connector waits for the other side: ${reason}.`),
    checkBroken: (connector: string, reason: string): void =>
      log.warn({ connector, reason }, "The connector's check came to no result."),
    state: (connector: string, task: number | undefined, status: TaskStatus): void => {
      const { state, trace, nextTryAt, detail } = status
      const what = task === undefined ? 'connector' : 'task'
      const fields = {
        connector,
        ...(task !== undefined && { task }),
        ...(detail !== undefined && { detail }),
        ...(nextTryAt !== undefined && { nextTry: new Date(nextTryAt).toISOString() }),
        ...(trace !== undefined && { trace }),
      }
      // a task logs its own failure, with the error
      if (state === 'FAILED' && task !== undefined) return
      if (state === 'FAILED') log.error(fields, 'The connector has failed.')
      else log.info(fields, `The ${what} is ${state}.`)
    },
  }
}

export type WorkerEventLog = ReturnType<typeof workerEvents>
