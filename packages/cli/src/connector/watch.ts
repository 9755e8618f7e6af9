import { setTimeout as sleep } from 'node:timers/promises'

export interface WatchHow {
  readonly everyMs: number
  /** Rewrites the screen; false: prints below what was printed, when something has changed. */
  readonly onScreen: boolean
  readonly signal: AbortSignal
  readonly write: (text: string) => void
  readonly now: () => Date
}

const toTop = '\u001b[2J\u001b[H'

/** Shows again and again until the signal aborts. What can't be shown for the moment is said, and tried again. */
export async function watch(show: () => Promise<string>, how: WatchHow): Promise<void> {
  const { everyMs, onScreen, signal, write, now } = how
  let last: string | undefined
  while (!signal.aborted) {
    const text = await show().catch((error: unknown) => `sluice: ${messageOf(error)}\n`)
    if (signal.aborted) return
    const time = now().toISOString().slice(11, 19)
    if (onScreen) write(`${toTop}${text}\n${time}, every ${everyMs / 1000} s; Ctrl-C ends\n`)
    else if (text !== last)
      write(last === undefined || text.startsWith('{') || text.startsWith('[') ? text : `\n${time}\n${text}`)
    last = text
    await sleep(everyMs, undefined, { signal }).catch(() => {})
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
