import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** What keeps a process alive: sockets, servers, timers, files. Streams of the process itself don't count. */
const WATCHED = /TCP|Pipe|UDP|Timeout|Immediate|FSReq|FSEvent|Process|TLS/

function openResources(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of process.getActiveResourcesInfo()) {
    if (WATCHED.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

/** Remembers what is open, and later says what has come on top of it and stays. */
export function resourceWatch(): { leftOpen(): Promise<readonly string[]> } {
  const before = openResources()
  return {
    leftOpen: async () => {
      let left: string[] = []
      // a closed socket takes a few turns of the loop to go
      for (let attempt = 0; attempt < 20; attempt++) {
        left = [...openResources()].filter(([name, n]) => n > (before.get(name) ?? 0)).map(([name]) => name)
        if (left.length === 0) return left
        await sleep(50, undefined, { ref: false })
      }
      return left
    },
  }
}

export function abortListeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length
}
