import { setTimeout as sleep } from 'node:timers/promises'
import { type KafkaReach, LetterDesk, type LetterFilter, type Settings } from '@sluice/runtime'
import { stderrLogger } from './connection.ts'
import { letterJson, letterText } from './letter-text.ts'

export interface ShowOptions {
  readonly settings: Settings
  readonly reach: KafkaReach
  readonly topic: string
  readonly filter: LetterFilter
  readonly limit: number
  readonly follow: boolean
  readonly full: boolean
  readonly trace: boolean
  readonly json: boolean
  readonly signal: AbortSignal
  readonly write: (text: string) => void
}

const pauseMs = 500

/** Prints dead letters; with `follow` until the signal aborts. */
export async function show(options: ShowOptions): Promise<void> {
  const { settings, reach, topic, filter, limit, signal, write } = options
  const pause = (): Promise<void> => sleep(pauseMs, undefined, { signal }).catch(() => {})
  const desk = new LetterDesk(settings, stderrLogger, { reach })
  let shown = 0
  try {
    const follow = options.follow ? { pause, signal } : undefined
    for await (const letter of desk.letters({ topic, filter, limit, follow })) {
      const blank = shown++ === 0 ? '' : '\n'
      write(options.json ? `${letterJson(letter)}\n` : blank + letterText(letter, options))
    }
  } finally {
    await desk.close()
  }
  if (shown === 0 && !options.json) write(`${topic} has no dead letter that is meant.\n`)
}
