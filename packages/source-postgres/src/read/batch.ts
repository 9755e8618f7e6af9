import type { RowBatch, StructSchema } from '@sluice/template'
import type { CopiedRows } from '../copy/copy-reader.ts'
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
 * The rows as a batch, and the progress with them. Where rows can share a position (a timestamp, a transaction), the offset of a row is that
 * of the last group that was read whole: a restart in the middle of a group reads it again rather than lose the rest.
 */
export function rowBatch(
  rows: CopiedRows,
  shape: RowShape,
  before: Progress,
): { readonly batch: RowBatch<Offset>; readonly progress: Progress } {
  const { ordering, cursorCount, stream } = shape
  const at = (row: number): Position =>
    positionOf(ordering, (column) => rows.cursors[row * cursorCount + column]!)
  const last = at(rows.count - 1)
  const { offsetOf, safe } = sharesPositions(ordering)
    ? groupOffsets(rows, { before, at, cursorCount })
    : { offsetOf: (row: number) => toOffset(at(row)), safe: last }
  return {
    batch: {
      kind: 'rows',
      topic: stream.topic,
      count: rows.count,
      schema: shape.schema,
      buffer: rows.buffer,
      fieldEnds: rows.fieldEnds,
      keyFields: shape.keyFields,
      keySchema: shape.keySchema,
      originOf: (row) => ({ partition: stream.partition, offset: offsetOf(row) }),
    },
    progress: { last, safe },
  }
}

export function sharesPositions({ kind }: Ordering): boolean {
  return kind === 'timestamp' || kind === 'xid'
}

function groupOffsets(
  rows: CopiedRows,
  how: { readonly before: Progress; readonly at: (row: number) => Position; readonly cursorCount: number },
): { readonly offsetOf: (row: number) => Offset; readonly safe: Position } {
  const offsets: Offset[] = []
  const { at, cursorCount } = how
  // its first cursor says to which group a row belongs
  const group = (row: number): string => rows.cursors[row * cursorCount]!
  let { last, safe } = how.before
  let offset = toOffset(safe)
  for (let row = 0; row < rows.count; row++) {
    if (row === 0 || group(row) !== group(row - 1)) {
      const position = at(row)
      if (!isSame(position, last)) safe = last
      last = position
      offset = toOffset(safe)
    }
    const endsGroup = row + 1 < rows.count && group(row) !== group(row + 1)
    offsets.push(endsGroup ? toOffset(last) : offset)
  }
  return { offsetOf: (row) => offsets[row]!, safe }
}

function isSame(a: Position, b: Position): boolean {
  return a.micros === b.micros && a.wallMicros === b.wallMicros && a.xid === b.xid
}
