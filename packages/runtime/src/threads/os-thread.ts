import { readFileSync, readlinkSync } from 'node:fs'

/** The number by which the operating system knows the thread that calls; undefined where it doesn't say (Linux does). */
export function osThread(): number | undefined {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1))
  } catch {
    return undefined
  }
}

/** How long a thread of this process has been ready to run without a core to run on, in milliseconds; undefined where that isn't known. */
export function starvedMs(thread: number | undefined): number | undefined {
  if (thread === undefined) return undefined
  try {
    // on a core, waiting for one, turns
    const [, waitedNs] = readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')
    return Number(waitedNs) / 1e6
  } catch {
    return undefined
  }
}
