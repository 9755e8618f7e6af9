import { setTimeout as sleep } from 'node:timers/promises'
import { bar } from './progress.ts'

export interface Watch {
  readonly total: number
  /** How many there are by now. */
  readonly count: () => Promise<number>
  readonly show: (line: string) => void
  /** Throws when waiting is in vain. */
  readonly check: () => Promise<void>
  /** Nothing new for this long is a failure. */
  readonly stallMs?: number
}

/** Waits until `count` reaches `total` and shows how it goes. Returns how long it took, in milliseconds. */
export async function watch({ total, count, show, check, stallMs = 120_000 }: Watch): Promise<number> {
  const started = performance.now()
  const plainEveryMs = process.stdout.isTTY ? 200 : 2_000
  const last = { count: -1, changed: started, shown: 0 }
  for (;;) {
    const done = await count()
    const now = performance.now()
    if (done !== last.count) Object.assign(last, { count: done, changed: now })
    if (done >= total || now - last.shown >= plainEveryMs) {
      show(bar(done, total, now - started))
      last.shown = now
    }
    if (done >= total) return now - started
    await check()
    if (now - last.changed > stallMs) {
      throw new Error(`nothing new for ${stallMs / 1000} s: ${done} of ${total} arrived`)
    }
    await sleep(250)
  }
}
