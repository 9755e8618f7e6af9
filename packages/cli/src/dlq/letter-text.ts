import { type DeadLetter, type LetterOrigin, placeOf, setAsideAt } from '@sluice/runtime'
import { parseJson, stringifyJson } from '@sluice/template'
import { escaped, readableBytes, textIn } from './readable-bytes.ts'

export interface TextOptions {
  /** Everything, however long. */
  readonly full: boolean
  readonly trace: boolean
}

const usualWidth = 400

/** A letter as a block of lines. */
export function letterText(letter: DeadLetter, { full, trace }: TextOptions): string {
  const most = full ? Infinity : usualWidth
  const { reason, origin } = letter
  const lines: readonly (readonly [string, string])[] = [
    ['from', originText(origin)],
    ...(reason
      ? ([
          ['stage', stageText(reason)],
          ['error', errorText(letter, most)],
        ] as const)
      : []),
    ['key', content(letter, letter.key, most)],
    ['value', content(letter, letter.value, most)],
    ...letter.headers.map(
      ({ key, value }) => ['header', `${escaped(key)} = ${content(letter, value, most)}`] as const,
    ),
  ]
  const head = [
    placeOf(letter),
    timeText(letter),
    ...(reason ? [`connector ${escaped(reason.connector)}, task ${reason.task}`] : []),
  ].join('  ')
  const body = lines.map(([name, text]) => `  ${name.padEnd(6)}  ${text}\n`).join('')
  return `${head}\n${body}${trace ? traceText(letter) : ''}`
}

function traceText({ reason }: DeadLetter): string {
  const lines = (reason?.trace ?? '').split('\n').filter((line) => line !== '')
  return lines.map((line) => `    ${escaped(line)}\n`).join('')
}

/** What went wrong, on one line: for tables. */
export function reasonLine({ reason }: DeadLetter, most: number): string {
  if (!reason) return '(no headers say why)'
  const text = escaped(`${reason.stage}: ${reason.error}: ${reason.message}`)
  return text.length <= most ? text : `${text.slice(0, most)}...`
}

/** `2026-11-22 10:00:00.000Z` */
export function timeText(letter: DeadLetter): string {
  const at = new Date(setAsideAt(letter))
  return Number.isNaN(at.getTime()) ? '-' : at.toISOString().replace('T', ' ')
}

/** A letter as JSON on one line; bytes that are no text are given in Base64. */
export function letterJson(letter: DeadLetter): string {
  const bytes = (value: Uint8Array | null): unknown => {
    if (value === null) return null
    return textIn(value) ?? { base64: Buffer.from(value).toString('base64') }
  }
  const { topic, partition, offset, origin, reason, headers } = letter
  return stringifyJson({
    topic,
    partition,
    offset,
    at: timeText(letter).replace(' ', 'T'),
    origin,
    reason,
    key: bytes(letter.key),
    value: bytes(letter.value),
    headers: headers.map(({ key, value }) => ({ key, value: bytes(value) })),
  })
}

function originText(origin: LetterOrigin): string {
  switch (origin.kind) {
    case 'sink':
      return placeOf(origin)
    case 'source': {
      const inexact = origin.inexact.length === 0 ? '' : ` (not exact: ${origin.inexact.join(', ')})`
      return escaped(
        `source ${origin.partition}, offset ${origin.offset}, for topic ${origin.topic}${inexact}`,
      )
    }
    case 'unknown':
      return '(unknown: it has no headers that say so)'
  }
}

function stageText({ stage, by, transform }: NonNullable<DeadLetter['reason']>): string {
  return escaped(`${stage} (${transform === undefined ? by : `${transform}, ${by}`})`)
}

function errorText({ reason }: DeadLetter, most: number): string {
  const text = escaped(`${reason!.error}: ${reason!.message}`)
  return text.length <= most ? text : `${text.slice(0, most)}...`
}

/** A source's letter holds JSON with a schema beside each value: people want the value. */
function content({ origin }: DeadLetter, bytes: Uint8Array | null, most: number): string {
  if (origin.kind !== 'source' || bytes === null) return readableBytes(bytes, most)
  try {
    const { payload } = parseJson(textIn(bytes) ?? '') as { payload: unknown }
    return readableBytes(Buffer.from(stringifyJson(payload)), most)
  } catch {
    return readableBytes(bytes, most)
  }
}
