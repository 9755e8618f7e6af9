import type { Connectors } from '../worker/connectors.ts'
import type { Worker } from '../worker/worker.ts'

/** What this worker does itself. What another one has to do is that one's: the very request is sent there (`forward`). */
export function connectorsHere({ connectors }: Worker): Connectors {
  return connectors.here ?? connectors
}
