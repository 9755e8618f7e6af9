import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Threads of a process, by what Linux knows. */
export function threadsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).length
}

/** Cores that a process keeps busy, over so many milliseconds. */
export async function coresOf(pid: number, ms: number): Promise<number> {
  const before = cpuMs(pid)
  const startedAt = performance.now()
  await sleep(ms)
  return (cpuMs(pid) - before) / (performance.now() - startedAt)
}

/** Time on a core since it began; Linux counts in hundredths of a second. */
function cpuMs(pid: number): number {
  // behind the name, which may hold anything, from the third field on
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
