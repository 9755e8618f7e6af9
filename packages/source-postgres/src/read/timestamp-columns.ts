import { isUtc, momentOf, wallClockFrom } from '../wall-clock.ts'
import type { Position, Whole } from './position.ts'

/** A column, or several of which the first that is not null counts, that says when a row was written. */
export interface TimestampColumns {
  /** Quoted names. */
  readonly columns: readonly string[]
  readonly kind: 'timestamptz' | 'timestamp' | 'date'
  /** Coarsest unit of the columns in microseconds: a `timestamp(0)` rounds to a second. */
  readonly unitMicros: bigint
  /** Of columns that have no zone of their own. */
  readonly zone: string
}

/**
 * Do the columns say what a clock on the wall shows, in a zone whose clocks may be put back? The order of the rows is not that of the
 * moments then, so rows are compared by what they say, and only stored offsets are moments.
 */
export function hasWallClock({ kind, zone }: TimestampColumns): boolean {
  return kind !== 'timestamptz' && !isUtc(zone)
}

export function timeExpression({ columns }: TimestampColumns): string {
  return columns.length === 1 ? columns[0]! : `COALESCE(${columns.join(', ')})`
}

/** What the columns say, for rows are in that order; then the moment, where that is something else. */
export function timeCursors(time: TimestampColumns): readonly string[] {
  const expression = timeExpression(time)
  const micros = (value: string): string =>
    `CASE WHEN isfinite(${expression}) THEN (extract(epoch FROM ${value}) * 1000000)::int8 ELSE (${BEFORE_ALL}) END`
  if (time.kind === 'timestamptz') return [micros(expression)]
  const wall = `(${expression})::timestamp`
  return hasWallClock(time) ? [micros(wall), micros(momentOf(wall, time.zone))] : [micros(wall)]
}

/** The position of a row from its cursors. */
export function timeOf(time: TimestampColumns, cursor: (column: number) => Whole): Position {
  return hasWallClock(time) ? { wallMicros: cursor(0), micros: cursor(1) } : { micros: cursor(0) }
}

/** The position of rows whose time is `-infinity`; `infinity` is never below a bound. */
const BEFORE_ALL = -9_223_372_036_854_775_808n

/** A position as the columns would say it. */
export function timeLiteral(
  { micros, wallMicros }: { readonly micros: Whole; readonly wallMicros?: Whole },
  time: TimestampColumns,
): string {
  if (micros === BEFORE_ALL) return `'-infinity'::${time.kind}`
  return wallMicros === undefined
    ? asColumn(micros, time)
    : ofKind(`'${microsToText(wallMicros)}'::timestamp`, time)
}

/** What rows must be below. Rounding may put a time below the moment that it stands for, by up to half a unit; a day lies below all of its moments. */
export function boundLiteral(bound: bigint, time: TimestampColumns): string {
  const literal = asColumn(bound, time)
  return time.unitMicros === 1n ? literal : `(${literal} - interval '${time.unitMicros} us')`
}

/** The earliest that the columns can say at a moment or later. */
function asColumn(micros: Whole, time: TimestampColumns): string {
  const utc = `'${microsToText(micros)}'::timestamp`
  const moment = `(${utc} AT TIME ZONE 'UTC')`
  if (time.kind === 'timestamptz') return moment
  return ofKind(hasWallClock(time) ? wallClockFrom(moment, time.zone) : utc, time)
}

function ofKind(timestamp: string, { kind }: TimestampColumns): string {
  return kind === 'date' ? `(${timestamp})::date` : timestamp
}

/** `2024-01-31 12:00:00.123456`, with ` BC` for years before the first. */
export function microsToText(whole: Whole): string {
  const micros = BigInt(whole)
  const seconds = micros / 1_000_000n - (micros % 1_000_000n < 0n ? 1n : 0n)
  const fraction = String(micros - seconds * 1_000_000n).padStart(6, '0')
  const date = new Date(Number(seconds) * 1000)
  const year = date.getUTCFullYear()
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${String(year > 0 ? year : 1 - year).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  return `${day} ${clock}.${fraction}${year > 0 ? '' : ' BC'}`
}
