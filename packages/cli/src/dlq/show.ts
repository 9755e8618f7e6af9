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
  let known = 0
  try {
    const follow = options.follow ? { pause, signal } : undefined
    for await (const letter of desk.letters({ topic, filter, limit, follow })) {
      const blank = shown++ === 0 ? '' : '\n'
      if (letter.origin.kind !== 'unknown') known++
      write(options.json ? `${letterJson(letter)}\n` : blank + letterText(letter, options))
    }
  } finally {
    await desk.close()
  }
  if (options.json) return
  if (shown === 0) write(`${noneOf(topic, filter)}\n`)
  else if (known === 0) write(`\n${noHeaders}\n`)
}

function noneOf(topic: string, filter: LetterFilter): string {
  const filtered = Object.values(filter).some((one) => one !== undefined)
  return filtered ? `None of the dead letters in ${topic} fits the filter.` : `${topic} holds no dead letter.`
}

const noHeaders =
  'None of these has headers that say where it came from and why: its connector has errors.deadletterqueue.context.headers.enable=false, or this is no dead-letter topic.'
