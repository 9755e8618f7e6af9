import type { Position, Whole } from './position.ts'
import {
  boundLiteral,
  hasWallClock,
  timeCursors,
  timeExpression,
  timeLiteral,
  timeOf,
  type TimestampColumns,
} from './timestamp-columns.ts'

/** How rows are ordered and told apart; closed, one member for each way of reading. */
export type Ordering =
  | { readonly kind: 'all' }
  | { readonly kind: 'id'; readonly column: string; readonly isUnique: boolean }
  | { readonly kind: 'timestamp'; readonly time: TimestampColumns }
  | {
      readonly kind: 'timestamp+id'
      readonly time: TimestampColumns
      readonly column: string
      readonly isUnique: boolean
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
      const later = position.id === undefined ? [] : [`${column} > ${position.id}`]
      return { cursors: [column], tail: tail([...later, `${column} <= ${bound}`], column) }
    }
    case 'xid': {
      const { column } = ordering
      const later = position.xid === undefined ? [] : [`${column} > '${position.xid}'::xid8`]
      return { cursors: [column], tail: tail([...later, `${column} < '${bound}'::xid8`], column) }
    }
    case 'timestamp': {
      const expression = timeExpression(ordering.time)
      const conditions = [
        ...after(position, ordering),
        `${expression} < ${boundLiteral(bound, ordering.time)}`,
      ]
      return { cursors: timeCursors(ordering.time), tail: tail(conditions, expression) }
    }
    case 'timestamp+id': {
      const { time, column } = ordering
      const expression = timeExpression(time)
      const conditions = [
        ...after(position, ordering),
        `${expression} < ${boundLiteral(bound, time)}`,
        `${column} IS NOT NULL`,
      ]
      return { cursors: [...timeCursors(time), column], tail: tail(conditions, `${expression}, ${column}`) }
    }
  }
}

/** The position of a row, from its cursor columns. */
export function positionOf(ordering: Ordering, cursor: (column: number) => Whole): Position {
  switch (ordering.kind) {
    case 'all':
      return {}
    case 'id':
      return { id: cursor(0) }
    case 'xid':
      return { xid: cursor(0) }
    case 'timestamp':
      return timeOf(ordering.time, cursor)
    case 'timestamp+id': {
      const { time } = ordering
      return { ...timeOf(time, cursor), id: cursor(hasWallClock(time) ? 2 : 1) }
    }
  }
}

function after(
  { micros, wallMicros, id }: Position,
  ordering: Extract<Ordering, { readonly time: TimestampColumns }>,
): readonly string[] {
  if (micros === undefined) return []
  const { time } = ordering
  const expression = timeExpression(time)
  const literal = timeLiteral({ micros, ...(wallMicros !== undefined && { wallMicros }) }, time)
  return ordering.kind === 'timestamp' || id === undefined
    ? [`${expression} > ${literal}`]
    : [`(${expression}, ${ordering.column}) > (${literal}, ${id})`]
}

function tail(conditions: readonly string[], order: string): string {
  return `WHERE ${conditions.join(' AND ')} ORDER BY ${order}`
}
