import type { WorkerConfig } from '../config/worker-fields.ts'
import type { HostServices } from '../worker/in-process-host.ts'
import type { TaskHost } from '../worker/task-host.ts'

/** Runs connectors in worker threads. */
export function createThreadHost(_services: HostServices, _config: WorkerConfig): TaskHost {
  throw new Error('task.isolation=thread is not there yet.')
}
