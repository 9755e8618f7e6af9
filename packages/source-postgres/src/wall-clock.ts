import { quoteLiteral } from './sql-text.ts'

const UTC = new Set(['UTC', 'GMT', 'Etc/UTC', 'Etc/GMT', 'Zulu', 'UCT', 'Universal'])

export function isUtc(zone: string): boolean {
  return UTC.has(zone)
}

/**
 * The zone of `db.timezone` by its name on the server. Offsets are meant as in Java, where east of Greenwich is plus: PostgreSQL takes `GMT+2` and
 * `+02:00` by the rules of POSIX, where it is minus. Source: java.time.ZoneId; PostgreSQL, "POSIX Time Zone Specifications".
 */
export function serverZone(text: string): string {
  const [, sign, hours = '', minutes = '00', seconds = '00'] =
    /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/.exec(text) ?? []
  if (sign === undefined) return text === 'Z' ? 'UTC' : text
  if (Number(`${hours}${minutes}${seconds}`) === 0) return 'UTC'
  return `<${text}>${sign === '+' ? '-' : '+'}${hours.padStart(2, '0')}:${minutes}:${seconds}`
}

/**
 * The earliest that a wall clock in the zone can show at a moment or later, as SQL. Where clocks are about to be put back this is less than it
 * shows, by as much as they go back: the server takes a time that comes twice for its second coming, so one that comes back from
 * there as a later moment is in its first. Source: PostgreSQL, "Invalid or Ambiguous Timestamps".
 */
export function wallClockFrom(moment: string, zone: string): string {
  const wall = `(${moment} AT TIME ZONE ${quoteLiteral(zone)})`
  return `(${wall} - ${repeatedSpan(moment, zone)})`
}

/** By how much the clocks are put back soon, so that what they show now comes twice; else a span of nothing. As SQL. */
export function repeatedSpan(moment: string, zone: string): string {
  const there = `${moment} AT TIME ZONE ${quoteLiteral(zone)}`
  return `((${there}) AT TIME ZONE ${quoteLiteral(zone)} - ${moment})`
}

/**
 * The moment to store for a time on the wall, as SQL: a clock shows that time then, or an earlier one. Of a time that comes twice it is the
 * second. A time that clocks skip has none: the server's is later by as much as they skip, which is taken off so that no row between the two is passed.
 */
export function momentOf(wall: string, zone: string): string {
  const there = `(${wall} AT TIME ZONE ${quoteLiteral(zone)})`
  return `(${there} - (${there} AT TIME ZONE ${quoteLiteral(zone)} - ${wall}))`
}
