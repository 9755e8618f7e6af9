import { dayMs, epochDayOf } from './calendar.ts'
import { eras, halves, months, short, weekdays } from './names.ts'
import type { FieldLetter, Part } from './pattern.ts'
import { TextReader } from './text-reader.ts'
import { readIsoZone, readZone } from './zones.ts'

/**
 * The moment that a text stands for; undefined where it doesn't match. As java.text.SimpleDateFormat does it: what follows the match is no
 * matter, the 32nd of January is the first of February, and what the pattern doesn't have is that of the first moment of 1970.
 */
export function parseDate(parts: readonly Part[], text: string): number | undefined {
  const reader = new TextReader(text)
  const found: Found = { dayCountsFrom: 'month', hourOf: 'day' }
  for (const [index, part] of parts.entries()) {
    const read =
      part.field === undefined
        ? reader.exactly(part.text)
        : readField(part, { reader, found, most: isAbutting(parts[index + 1]) ? part.count : undefined })
    if (read === undefined) return undefined
  }
  return momentOf(found)
}

/** What was read so far. Of two fields that say the same the later one counts. */
interface Found {
  era?: number
  year?: number
  month?: number
  day?: number
  dayOfYear?: number
  dayCountsFrom: 'month' | 'year'
  hour?: number
  half?: number
  hourOf: 'day' | 'half'
  minute?: number
  second?: number
  millisecond?: number
  zoneMs?: number
}

/** Two fields of digits without anything between them: then the letters of the first one count. */
function isAbutting(next: Part | undefined): boolean {
  if (next?.field === undefined) return false
  if (next.field === 'M' || next.field === 'L') return next.count <= 2
  return !'GEazZX'.includes(next.field)
}

interface FieldReading {
  readonly reader: TextReader
  readonly found: Found
  readonly most: number | undefined
}

function readField(
  part: { readonly field: FieldLetter; readonly count: number },
  reading: FieldReading,
): true | undefined {
  const { reader, found } = reading
  reader.skipBlanks()
  switch (part.field) {
    case 'G':
      return set(found, 'era', reader.nameAmong(eras))
    case 'E':
      return nameIndex(reader, weekdays) === undefined ? undefined : true
    case 'a':
      return set(found, 'half', reader.nameAmong(halves))
    case 'z':
    case 'Z':
      return set(found, 'zoneMs', readZone(reader))
    case 'X':
      return set(found, 'zoneMs', readIsoZone(reader, part.count))
    case 'M':
    case 'L':
      if (part.count > 2) return setMonth(found, nameIndex(reader, months))
      return readNumber(part, reading)
    default:
      return readNumber(part, reading)
  }
}

function readNumber(
  { field, count }: { readonly field: FieldLetter; readonly count: number },
  { reader, found, most }: FieldReading,
): true | undefined {
  const digits = reader.digits(most)
  if (digits === undefined) return undefined
  const value = Number(digits)
  switch (field) {
    case 'y':
      return set(found, 'year', count <= 2 && /^\d\d$/.test(digits) ? nearCentury(value) : value)
    case 'M':
    case 'L':
      return setMonth(found, value - 1)
    case 'd':
      found.dayCountsFrom = 'month'
      return set(found, 'day', value)
    case 'D':
      found.dayCountsFrom = 'year'
      return set(found, 'dayOfYear', value)
    case 'H':
      return setHour(found, 'day', value)
    case 'k':
      return setHour(found, 'day', value === 24 ? 0 : value)
    case 'K':
      return setHour(found, 'half', value)
    case 'h':
      return setHour(found, 'half', value === 12 ? 0 : value)
    case 'm':
      return set(found, 'minute', value)
    case 's':
      return set(found, 'second', value)
    case 'S':
      return set(found, 'millisecond', value)
    default:
      return unreadable(field)
  }
}

/** Weeks say which day it is in several ways; nobody reads dates so. */
function unreadable(field: FieldLetter): never {
  throw new RangeError(`The letter ${field} of the pattern can be written only, not read.`)
}

function set<F extends keyof Found>(found: Found, field: F, value: Found[F] | undefined): true | undefined {
  if (value === undefined) return undefined
  found[field] = value
  return true
}

function setMonth(found: Found, month: number | undefined): true | undefined {
  found.dayCountsFrom = 'month'
  return set(found, 'month', month)
}

function setHour(found: Found, of: Found['hourOf'], hour: number): true {
  found.hourOf = of
  found.hour = hour
  return true
}

function nameIndex(reader: TextReader, names: readonly string[]): number | undefined {
  const index = reader.nameAmong([...names, ...names.map(short)])
  return index === undefined ? undefined : index % names.length
}

/** Two digits are a year from eighty years ago on. */
function nearCentury(twoDigits: number): number {
  const start = new Date().getUTCFullYear() - 80
  const year = start - (start % 100) + twoDigits
  return year < start ? year + 100 : year
}

function momentOf(found: Found): number | undefined {
  const { era = 1, year = 1970, month = 0, day = 1, dayOfYear = 1 } = found
  const fullYear = era === 1 ? year : 1 - year
  const fromMonth = found.dayCountsFrom === 'month'
  const date = fromMonth ? { month, day } : { month: 0, day: dayOfYear }
  const midnight = epochDayOf({ year: fullYear, ...date }) * dayMs
  const hour = (found.hour ?? 0) + (found.hourOf === 'half' ? (found.half ?? 0) * 12 : 0)
  const { minute = 0, second = 0, millisecond = 0, zoneMs = 0 } = found
  const moment = midnight + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond - zoneMs
  return Number.isNaN(new Date(moment).getTime()) ? undefined : moment
}
