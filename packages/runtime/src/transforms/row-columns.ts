import { NULL_FIELD, type RecordSchema, type RowBatch, rowsWith, type StructSchema } from '@sluice/template'

/** How one column of the new rows comes about. */
export interface ColumnPlan {
  readonly name: string
  readonly schema: RecordSchema
  /** The column that it is made of: where that is null, so is this. */
  readonly from?: number
  /** What stands in it in place of the texts of `from`, the same in each row or not; absent: they stay. Null: nothing. */
  readonly text?: string | ((rows: RowBatch<unknown>, row: number) => string | null)
}

/** Makes rows of other columns. Undefined: these rows can't be made so. */
export type ChangeRows = <O>(rows: RowBatch<O>) => RowBatch<O> | undefined

/**
 * Compiles what makes rows of one schema from rows of another. `schema` is that of the plans. Undefined where fields of the key are among
 * those that change, for the key is made of the columns too.
 */
export function compileColumns(
  before: StructSchema,
  { schema, plans }: { readonly schema: StructSchema; readonly plans: readonly ColumnPlan[] },
): ChangeRows {
  const places = before.fields.map(({ name }, index) =>
    plans.findIndex((plan) => plan.from === index && plan.text === undefined && plan.name === name),
  )
  const stay =
    plans.length === before.fields.length &&
    plans.every(({ from, text }, index) => from === index && text === undefined)
  const writers = plans.map((plan) => writerOf(plan))
  return (rows) => {
    const keyFields = rows.keyFields.map((field) => places[field]!)
    if (keyFields.includes(-1)) return undefined
    return rowsWith(rows, { schema, keyFields, ...(!stay && rewritten(rows, writers)) })
  }
}

/** Where the next field goes. One object is used again and again. */
interface Out {
  buffer: Buffer
  at: number
}

/** Writes a field of the new rows; false: it is null. */
type WriteColumn = (out: Out, rows: RowBatch<unknown>, place: { row: number; first: number }) => boolean

function rewritten(
  rows: RowBatch<unknown>,
  writers: readonly WriteColumn[],
): Pick<RowBatch, 'buffer' | 'fieldEnds'> {
  const { count, schema, buffer } = rows
  const width = schema.fields.length
  const fieldEnds = new Uint32Array(count * writers.length)
  const out: Out = { buffer: Buffer.allocUnsafe(buffer.length + 64 * count + 1024), at: 0 }
  const place = { row: 0, first: 0 }
  let index = 0
  for (; place.row < count; place.row++, place.first += width) {
    for (const write of writers) {
      const written = write(out, rows, place)
      fieldEnds[index++] = written ? out.at : out.at + NULL_FIELD
    }
  }
  return { buffer: out.buffer.subarray(0, out.at), fieldEnds }
}

function writerOf({ from, text }: ColumnPlan): WriteColumn {
  if (from === undefined) return writeText(text ?? null)
  if (text === undefined) return copyColumn(from)
  const write = writeText(text)
  return (out, rows, place) => rows.fieldEnds[place.first + from]! < NULL_FIELD && write(out, rows, place)
}

function writeText(text: ColumnPlan['text'] | null): WriteColumn {
  if (text === null || text === undefined) return () => false
  if (typeof text === 'string') {
    const bytes = Buffer.from(text)
    return (out) => put(out, bytes, { start: 0, end: bytes.length })
  }
  return (out, rows, { row }) => {
    const own = text(rows, row)
    if (own === null) return false
    const bytes = Buffer.from(own)
    return put(out, bytes, { start: 0, end: bytes.length })
  }
}

function copyColumn(column: number): WriteColumn {
  return (out, { buffer, fieldEnds }, { first }) => {
    const index = first + column
    const end = fieldEnds[index]!
    if (end >= NULL_FIELD) return false
    return put(out, buffer, { start: index === 0 ? 0 : fieldEnds[index - 1]! & (NULL_FIELD - 1), end })
  }
}

/** Below this a call costs more than the loop. */
const fewBytes = 40

function put(out: Out, from: Uint8Array, { start, end }: { start: number; end: number }): true {
  const length = end - start
  if (out.at + length > out.buffer.length) grow(out, length)
  if (length < fewBytes) {
    const { buffer } = out
    let { at } = out
    for (let i = start; i < end; i++) buffer[at++] = from[i]!
  } else {
    out.buffer.set(from.subarray(start, end), out.at)
  }
  out.at += length
  return true
}

function grow(out: Out, length: number): void {
  const larger = Buffer.allocUnsafe(2 * (out.buffer.length + length))
  out.buffer.copy(larger, 0, 0, out.at)
  out.buffer = larger
}
