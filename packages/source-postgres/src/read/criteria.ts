import { quoteLiteral } from '../sql-text.ts'
import type { Position } from './position.ts'

/** A column, or several of which the first that is not null counts, that says when a row was written. */
export interface TimestampColumns {
  /** Quoted names. */
  readonly columns: readonly string[]
  readonly kind: 'timestamptz' | 'timestamp' | 'date'
  /** Coarsest unit of the columns in microseconds: a `timestamp(0)` rounds to a second. */
  readonly unitMicros: bigint
}

/** How rows are ordered and told apart; closed, one member for each way of reading. */
export type Ordering =
  | { readonly kind: 'all' }
  | { readonly kind: 'id'; readonly column: string }
  | { readonly kind: 'timestamp'; readonly time: TimestampColumns; readonly zone: string }
  | {
      readonly kind: 'timestamp+id'
      readonly time: TimestampColumns
      readonly zone: string
      readonly column: string
    }
  | { readonly kind: 'xid'; readonly column: string }

export interface Criteria {
  /** Columns that are read beside the row's own, to know its position. */
  readonly cursors: readonly string[]
  /** `WHERE ... ORDER BY ...`, or nothing. */
  readonly tail: string
}

/** The rows after `position`, up to and including `bound` for ids, below it for the others. */
export function criteria(ordering: Ordering, position: Position, bound: bigint): Criteria {
  switch (ordering.kind) {
    case 'all':
      return { cursors: [], tail: '' }
    case 'id': {
      const { column } = ordering
      const after = position.id === undefined ? [] : [`${column} > ${position.id}`]
      return { cursors: [column], tail: tail([...after, `${column} <= ${bound}`], column) }
    }
    case 'xid': {
      const { column } = ordering
      const after = position.xid === undefined ? [] : [`${column} > '${position.xid}'::xid8`]
      return { cursors: [column], tail: tail([...after, `${column} < '${bound}'::xid8`], column) }
    }
    case 'timestamp': {
      const time = timeExpression(ordering.time)
      const after =
        position.micros === undefined ? [] : [`${time} > ${timeLiteral(position.micros, ordering)}`]
      const conditions = [...after, `${time} < ${timeLiteral(lowered(bound, ordering.time), ordering)}`]
      return { cursors: [microsOf(time, ordering)], tail: tail(conditions, time) }
    }
    case 'timestamp+id': {
      const time = timeExpression(ordering.time)
      const { column } = ordering
      const conditions = [
        ...afterBoth(position, { time, column, literal: (micros) => timeLiteral(micros, ordering) }),
        `${time} < ${timeLiteral(lowered(bound, ordering.time), ordering)}`,
      ]
      return { cursors: [microsOf(time, ordering), column], tail: tail(conditions, `${time}, ${column}`) }
    }
  }
}

/** The position of a row, from its cursor columns. */
export function positionOf(kind: Ordering['kind'], cursor: (column: number) => string): Position {
  switch (kind) {
    case 'all':
      return {}
    case 'id':
      return { id: BigInt(cursor(0)) }
    case 'xid':
      return { xid: BigInt(cursor(0)) }
    case 'timestamp':
      return { micros: BigInt(cursor(0)) }
    case 'timestamp+id':
      return { micros: BigInt(cursor(0)), id: BigInt(cursor(1)) }
  }
}

function afterBoth(
  { micros, id }: Position,
  sql: { readonly time: string; readonly column: string; readonly literal: (micros: bigint) => string },
): string[] {
  if (micros === undefined) return []
  const literal = sql.literal(micros)
  return id === undefined
    ? [`${sql.time} > ${literal}`]
    : [`(${sql.time}, ${sql.column}) > (${literal}, ${id})`]
}

function tail(conditions: readonly string[], order: string): string {
  return `WHERE ${conditions.join(' AND ')} ORDER BY ${order}`
}

function timeExpression({ columns }: TimestampColumns): string {
  return columns.length === 1 ? columns[0]! : `COALESCE(${columns.join(', ')})`
}

/** Rounding may put a time below the moment that it stands for, by up to half a unit; a day lies below all of its moments. */
function lowered(bound: bigint, { unitMicros }: TimestampColumns): bigint {
  return unitMicros === 1n ? bound : bound - unitMicros
}

function microsOf(time: string, { time: { kind }, zone }: { time: TimestampColumns; zone: string }): string {
  const instant = kind === 'timestamptz' ? time : `(${time})::timestamp AT TIME ZONE ${quoteLiteral(zone)}`
  return `CASE WHEN isfinite(${time}) THEN (extract(epoch FROM ${instant}) * 1000000)::int8 ELSE ${BEFORE_ALL} END`
}

/** The position of rows whose time is `-infinity`; `infinity` is never below a bound. */
const BEFORE_ALL = '(-9223372036854775808)'

function timeLiteral(
  micros: bigint,
  { time: { kind }, zone }: { time: TimestampColumns; zone: string },
): string {
  if (micros === -9_223_372_036_854_775_808n) return `'-infinity'::${kind}`
  const instant = `'${microsToText(micros)}'::timestamptz`
  if (kind === 'timestamptz') return instant
  const local = `(${instant} AT TIME ZONE ${quoteLiteral(zone)})`
  return kind === 'date' ? `${local}::date` : local
}

/** `2024-01-31 12:00:00.123456+00`, with ` BC` for years before the first. */
export function microsToText(micros: bigint): string {
  const seconds = micros / 1_000_000n - (micros % 1_000_000n < 0n ? 1n : 0n)
  const fraction = String(micros - seconds * 1_000_000n).padStart(6, '0')
  const date = new Date(Number(seconds) * 1000)
  const year = date.getUTCFullYear()
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${String(year > 0 ? year : 1 - year).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  return `${day} ${clock}.${fraction}+00${year > 0 ? '' : ' BC'}`
}
