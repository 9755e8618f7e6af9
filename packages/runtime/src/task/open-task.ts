import type { Run } from './run.ts'
import { unlessAborted } from './signals.ts'
import { tellIfSlow } from './slow-call.ts'

/** Opens the connector. Rejects when the run is cut; one that opens after all is closed again then, for nobody waits for it any more. */
export async function openTask<T extends { close?(): Promise<void> }>(
  open: () => Promise<T>,
  { options, detail, cut }: Pick<Run, 'options' | 'detail' | 'cut'>,
): Promise<T> {
  const opening = (async () => open())()
  try {
    return await tellIfSlow('open', unlessAborted(opening, cut), { log: options.log, detail })
  } catch (error) {
    void opening.then((task) => task.close?.()).catch(() => {})
    throw error
  }
}
