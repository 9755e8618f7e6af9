/** A day of Java's calendar: Julian before 15 October 1582, Gregorian from then on. */
export interface Day {
  /** The year 0 is the first one before Christ. */
  readonly year: number
  /** From 0. */
  readonly month: number
  /** From 1. */
  readonly day: number
}

export const dayMs = 86_400_000

/** The first Gregorian day, in days since 1970. */
const cutover = -141_427
const cutoverYear = 1582

/** The day that is so many days after the first of January 1970. */
export function dayOf(epochDay: number): Day {
  if (epochDay < cutover) return julianDayOf(epochDay)
  const date = new Date(epochDay * dayMs)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() }
}

/** The other way round; months and days beyond the end run on into the next year and month. */
export function epochDayOf({ year, month, day }: Day): number {
  const monthsYear = year + Math.floor(month / 12)
  const gregorian = gregorianMonth(monthsYear, mod(month, 12)) + day - 1
  if (monthsYear > cutoverYear || (monthsYear === cutoverYear && gregorian >= cutover)) return gregorian
  return julianMonth(monthsYear, mod(month, 12)) + day - 1
}

function gregorianMonth(year: number, month: number): number {
  return new Date(0).setUTCFullYear(year, month, 1) / dayMs
}

/** Four years have 1461 days, and a year is best begun in March. Day 0 of this count is the first of March of the year 0. */
const julianEpoch = -719_470

function julianMonth(year: number, month: number): number {
  const marchYear = month < 2 ? year - 1 : year
  const marchMonth = mod(month - 2, 12)
  return julianEpoch + Math.floor((marchYear * 1461) / 4) + Math.floor((153 * marchMonth + 2) / 5)
}

function julianDayOf(epochDay: number): Day {
  const count = epochDay - julianEpoch
  const marchYear = Math.floor((4 * count + 3) / 1461)
  const dayOfYear = count - Math.floor((marchYear * 1461) / 4)
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = (marchMonth + 2) % 12
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  return { year: month < 2 ? marchYear + 1 : marchYear, month, day }
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by
}
