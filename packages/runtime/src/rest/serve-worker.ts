import { type Logger, wait } from '@sluice/template'
import { leveledLogger, levelsOf, loggerNames, namedLogger } from '../telemetry/leveled-logger.ts'
import { metricsText } from '../telemetry/prometheus.ts'
import { workerEvents } from '../telemetry/worker-events.ts'
import { observed } from '../worker/open-parts.ts'
import type { Worker } from '../worker/worker.ts'
import { type RunningRest, startRest } from './listen.ts'

/**
 * Serves REST, /health and /metrics over a started worker, as its `listeners` say. `ready`: has it started, with all that it is to start with?
 * Default: yes.
 */
export async function serveWorker(
  worker: Worker,
  program: Logger,
  ready: () => boolean = () => true,
): Promise<RunningRest> {
  const log = restLogger(program, worker)
  let clusterId: string | undefined
  const rest = await startRest(
    {
      worker,
      clusterId: () => clusterId,
      ready,
      metricsText: metricsText(
        observed({
          figures: worker.figures,
          connectors: worker.connectors,
          workerId: () => worker.workerId,
        }),
      ),
    },
    log,
  )
  for (const address of [...rest.addresses, ...rest.adminAddresses]) workerEvents(log).listening(address)
  const closing = new AbortController()
  void untilAnswered(worker, { log, signal: closing.signal }).then((id) => (clusterId = id))
  return {
    addresses: rest.addresses,
    adminAddresses: rest.adminAddresses,
    close: async () => {
      closing.abort()
      await rest.close()
    },
  }
}

function restLogger(log: Logger, { logLevels }: Worker): Logger {
  const { rest } = loggerNames
  return levelsOf(log) === undefined ? leveledLogger(log, logLevels, rest) : namedLogger(log, rest)
}

const askAgainMs = 30_000

/** Asks for the cluster's id until a broker tells it; the log says while none does, whether or not there are tasks to notice. */
async function untilAnswered(
  worker: Worker,
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<string | undefined> {
  while (!signal.aborted) {
    try {
      return await worker.clusterId()
    } catch (error) {
      if (!signal.aborted) workerEvents(log).noBroker(error instanceof Error ? error.message : String(error))
    }
    await wait(askAgainMs, signal).catch(() => {})
  }
  return undefined
}
