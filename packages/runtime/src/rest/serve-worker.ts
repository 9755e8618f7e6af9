import type { Logger } from '@sluice/template'
import { metricsText } from '../telemetry/prometheus.ts'
import { workerEvents } from '../telemetry/worker-events.ts'
import type { Worker } from '../worker/worker.ts'
import { type RunningRest, startRest } from './server.ts'

/** Serves REST, /health and /metrics over a started worker, as its `listeners` say. */
export async function serveWorker(worker: Worker, log: Logger): Promise<RunningRest> {
  let clusterId: string | undefined
  const askClusterId = async (): Promise<void> => {
    clusterId = await worker.clusterId().catch(() => undefined)
  }
  void askClusterId()
  const observed = {
    figures: worker.figures,
    statuses: () => worker.connectors.statuses(),
  }
  const rest = await startRest(
    { worker, clusterId: () => clusterId, metricsText: metricsText(observed) },
    log,
  )
  for (const address of rest.addresses) workerEvents(log).listening(address)
  return rest
}
