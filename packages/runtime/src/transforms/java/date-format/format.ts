import { type Day, dayMs, dayOf, epochDayOf } from './calendar.ts'
import { eras, halves, months, short, weekdays } from './names.ts'
import type { FieldLetter, Part } from './pattern.ts'

/** Writes a moment, in UTC and in English. */
export function formatDate(parts: readonly Part[], ms: number): string {
  const epochDay = Math.floor(ms / dayMs)
  const moment = { ...dayOf(epochDay), epochDay, time: new Date(ms) }
  let text = ''
  for (const part of parts)
    text += part.field === undefined ? part.text : fieldText(part.field, part.count, moment)
  return text
}

interface Moment extends Day {
  readonly epochDay: number
  /** For the time of day. */
  readonly time: Date
}

function fieldText(field: FieldLetter, count: number, moment: Moment): string {
  switch (field) {
    case 'G':
      return eras[moment.year > 0 ? 1 : 0]
    case 'y':
      return yearText(moment.year > 0 ? moment.year : 1 - moment.year, count)
    case 'Y':
      return yearText(weekOf(moment).year, count)
    case 'M':
    case 'L':
      return monthText(moment.month, count)
    case 'E': {
      const name = weekdays[weekdayOf(moment.epochDay)]!
      return count >= 4 ? name : short(name)
    }
    case 'a':
      return halves[moment.time.getUTCHours() < 12 ? 0 : 1]
    case 'z':
      return count >= 4 ? 'Coordinated Universal Time' : 'UTC'
    case 'Z':
      return '+0000'
    case 'X':
      return 'Z'
    default:
      return String(numberOf(field, moment)).padStart(count, '0')
  }
}

type NumberLetter = Exclude<FieldLetter, 'G' | 'y' | 'Y' | 'M' | 'L' | 'E' | 'a' | 'z' | 'Z' | 'X'>

function numberOf(field: NumberLetter, moment: Moment): number {
  const { day, time } = moment
  const hours = time.getUTCHours()
  switch (field) {
    case 'd':
      return day
    case 'D':
      return dayOfYear(moment)
    case 'u':
      return weekdayOf(moment.epochDay) || 7
    case 'F':
      return Math.ceil(day / 7)
    case 'w':
      return weekOf(moment).week
    case 'W':
      return Math.ceil((day + 6 - weekdayOf(moment.epochDay)) / 7)
    case 'H':
      return hours
    case 'k':
      return hours || 24
    case 'K':
      return hours % 12
    case 'h':
      return hours % 12 || 12
    case 'm':
      return time.getUTCMinutes()
    case 's':
      return time.getUTCSeconds()
    case 'S':
      return time.getUTCMilliseconds()
  }
}

function yearText(year: number, count: number): string {
  return count === 2 ? String(year % 100).padStart(2, '0') : String(year).padStart(count, '0')
}

function monthText(month: number, count: number): string {
  if (count >= 4) return months[month]!
  return count === 3 ? short(months[month]!) : String(month + 1).padStart(count, '0')
}

/** Sunday is 0. The first day of 1970 was a Thursday. */
function weekdayOf(epochDay: number): number {
  return (((epochDay + 4) % 7) + 7) % 7
}

function firstOfYear(year: number): number {
  return epochDayOf({ year, month: 0, day: 1 })
}

function dayOfYear({ year, epochDay }: Moment): number {
  return epochDay - firstOfYear(year) + 1
}

/** Weeks begin on Sunday, and the first is that of the first of January, as in the United States. */
function weekOf(moment: Moment): { readonly week: number; readonly year: number } {
  const { year, epochDay } = moment
  const next = firstOfYear(year + 1)
  if (epochDay >= next - weekdayOf(next)) return { week: 1, year: year + 1 }
  return { week: Math.ceil((dayOfYear(moment) + weekdayOf(firstOfYear(year))) / 7), year }
}
