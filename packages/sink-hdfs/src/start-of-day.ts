const dayMs = 86_400_000

/** The last midnight at or before `atMs` in a time zone of the IANA database; both in milliseconds since the epoch. */
export function startOfDayMs(atMs: number, timeZone: string): number {
  const localMs = atMs + offsetMs(atMs, timeZone)
  const localMidnightMs = Math.floor(localMs / dayMs) * dayMs
  // The zone's offset at midnight may differ from the one now: a clock change lies between.
  const guessMs = localMidnightMs - offsetMs(atMs, timeZone)
  return localMidnightMs - offsetMs(guessMs, timeZone)
}

/** What is wrong with a time zone's name, for a setting's `validate`. */
export function unknownTimeZone(name: string): string | undefined {
  try {
    formatOf(name === '' ? 'UTC' : name)
    return undefined
  } catch {
    return `must be a time zone such as Europe/Berlin or UTC, not "${name}"`
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(timeZone, made)
  return made
}

function offsetMs(atMs: number, timeZone: string): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
  const wallMs = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return wallMs - Math.floor(atMs / 1000) * 1000
}
