import type { RowBatch, StructSchema } from '@sluice/template'
import type { CopiedRows } from '../copy/copy-reader.ts'
import { readWhole } from '../copy/split-rows.ts'
import { type Ordering, positionOf } from './criteria.ts'
import { type Offset, type Position, toOffset } from './position.ts'
import type { Stream } from './stream.ts'

export interface RowShape {
  readonly stream: Stream
  readonly ordering: Ordering
  readonly cursorCount: number
  readonly schema: StructSchema
  readonly keyFields: readonly number[]
  readonly keySchema: StructSchema | undefined
}

/** How far a reading is. */
export interface Progress {
  /** Of the last row that was handed out. */
  readonly last: Position
  /** Where a new reading may begin and nothing is lost: before the rows of a group that isn't read whole. */
  readonly safe: Position
}

/**
 * The rows as a batch, and the progress with them. Where rows can share a position (a timestamp, a transaction, an id that isn't unique), the offset of a row is that
 * of the last group that was read whole: a restart in the middle of a group reads it again rather than lose the rest.
 */
export function rowBatch(
  { count, buffer, fieldEnds, cursors }: CopiedRows,
  shape: RowShape,
  before: Progress,
): { readonly batch: RowBatch<Offset>; readonly progress: Progress } {
  const { ordering, cursorCount, stream } = shape
  const { partition } = stream
  // what an origin is made of; it is made when it is asked for, and nothing is made of rows before
  const at = (row: number): Position =>
    positionOf(ordering, (column) => readWhole(cursors, row * cursorCount + column))
  const last = at(count - 1)
  const groups = sharesPositions(ordering)
    ? groupsOf({ count, cursors, cursorCount }, at(0), before)
    : undefined
  const whole = (row: number): Position => (row < 0 ? groups!.safe : at(row))
  return {
    batch: {
      kind: 'rows',
      topic: stream.topic,
      count,
      schema: shape.schema,
      buffer,
      fieldEnds,
      keyFields: shape.keyFields,
      keySchema: shape.keySchema,
      originOf: (row) => ({
        partition,
        offset: toOffset(groups === undefined ? at(row) : whole(groups.wholeUpTo[row]!)),
      }),
    },
    progress: { last, safe: groups === undefined ? last : whole(groups.wholeUpTo.at(-1)!) },
  }
}

function sharesPositions(ordering: Ordering): boolean {
  const { kind } = ordering
  return kind === 'timestamp' || kind === 'xid' || ('isUnique' in ordering && !ordering.isUnique)
}

/** Which rows end the groups that are whole. */
interface Groups {
  /** For each row the last one that ends a group, itself included; -1 where none is in the batch. */
  readonly wholeUpTo: Int32Array
  /** The position of before the batch that is meant there. */
  readonly safe: Position
}

function groupsOf(
  {
    count,
    cursors,
    cursorCount,
  }: { readonly count: number; readonly cursors: Float64Array; readonly cursorCount: number },
  first: Position,
  before: Progress,
): Groups {
  const wholeUpTo = new Int32Array(count)
  const width = 2 * cursorCount
  let whole = -1
  for (let row = 0; row < count; row++) {
    if (row + 1 < count && !isSameRow(cursors, row * width, width)) whole = row
    wholeUpTo[row] = whole
  }
  return { wholeUpTo, safe: isSame(first, before.last) ? before.safe : before.last }
}

/** Do the cursors that begin there equal those that follow them? */
function isSameRow(cursors: Float64Array, start: number, width: number): boolean {
  for (let at = start; at < start + width; at++) if (cursors[at] !== cursors[at + width]) return false
  return true
}

function isSame(a: Position, b: Position): boolean {
  return a.id === b.id && a.micros === b.micros && a.wallMicros === b.wallMicros && a.xid === b.xid
}
