import { wait } from '@sluice/template'

const lookAgainMs = 50

/** Whether the condition came to hold in time. */
export async function until(condition: () => boolean, ms: number): Promise<boolean> {
  const endMs = performance.now() + ms
  while (!condition()) {
    if (performance.now() > endMs) return false
    await wait(lookAgainMs)
  }
  return true
}
