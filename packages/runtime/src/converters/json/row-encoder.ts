import { isUtf8 } from 'node:buffer'
import {
  NULL_FIELD,
  RecordError,
  type RowBatch,
  type RowEncoder,
  type Slices,
  type StructSchema,
} from '@sluice/template'
import { ByteWriter } from './byte-writer.ts'
import { property } from './json-text.ts'
import { schemaText } from './schema-text.ts'
import { compileField, type FieldPlace, type WriteField } from './write-field.ts'
import { compileWrite, nullText, type WriteOptions } from './write-value.ts'

/** The text of no field grows more than this in JSON (a control character's escape), and numbers by no more than `numberBytes`. */
const growth = 6
const numberBytes = 32

/**
 * Compiles a schema into what writes rows of it as JSON without making records, with or without the envelope. Equal to what
 * `toBytes` writes of each row, or throws where that would; undefined for schemas that rows can't have.
 */
export function compileRows(
  how: { readonly value: StructSchema; readonly key: StructSchema | undefined; readonly envelope: boolean },
  options: WriteOptions,
): RowEncoder | undefined {
  const values = compileStruct({ schema: how.value, within: how.value, envelope: how.envelope }, options)
  const keys =
    how.key && compileStruct({ schema: how.key, within: how.value, envelope: how.envelope }, options)
  if (!values || (how.key && !keys)) return undefined
  const out = new ByteWriter()
  return (rows) => {
    if (!isUtf8(rows.buffer)) throw new RecordError('A row has a text that is no valid UTF-8.')
    return {
      get keys() {
        return keys ? encode(rows, keys, out) : nulls(rows.count)
      },
      get values() {
        return encode(rows, values, out)
      },
    }
  }
}

interface Column {
  readonly name: string
  /** In the rows. */
  readonly index: number
  /** What stands before the value: the envelope or a brace, or a comma, and the name. */
  readonly start: Buffer
  readonly write: WriteField
  /** What stands for null; undefined where null isn't allowed. */
  readonly none: Buffer | undefined
}

interface Struct {
  readonly columns: readonly Column[]
  readonly end: Buffer
  readonly fixedBytes: number
}

function compileStruct(
  how: { schema: StructSchema; within: StructSchema; envelope: boolean },
  options: WriteOptions,
): Struct | undefined {
  const open = how.envelope ? `{"schema":${schemaText(how.schema, options)},"payload":{` : '{'
  const columns = how.schema.fields.map((field, position): Column | undefined => {
    const index = how.within.fields.findIndex(({ name }) => name === field.name)
    const write = compileField(field.schema, options)
    if (index === -1 || !write) return undefined
    const none = nullText(field.schema, options, compileWrite(field.schema, options))
    return {
      name: field.name,
      index,
      start: Buffer.from((position === 0 ? open : ',') + property(field.name)),
      write,
      none: none === undefined ? undefined : Buffer.from(none),
    }
  })
  if (columns.length === 0 || columns.some((column) => column === undefined)) return undefined
  const complete = columns as Column[]
  const end = Buffer.from(how.envelope ? '}}' : '}')
  const fixedBytes = complete.reduce(
    (sum, { start, none }) => sum + start.length + (none?.length ?? 0) + numberBytes,
    end.length,
  )
  return { columns: complete, end, fixedBytes }
}

function encode(rows: RowBatch<unknown>, { columns, end, fixedBytes }: Struct, out: ByteWriter): Slices {
  const { buffer, fieldEnds, count } = rows
  const from = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  const width = rows.schema.fields.length
  out.start(count * fixedBytes + buffer.length + 1024)
  const ends = new Uint32Array(count)
  const place: FieldPlace = { start: 0, end: 0 }
  for (let row = 0; row < count; row++) {
    const first = row * width
    const bytes = endOf(fieldEnds, first + width - 1) - endOf(fieldEnds, first - 1)
    out.room(fixedBytes + bytes * growth)
    for (const { index, start, write, none, name } of columns) {
      out.put(start)
      place.start = endOf(fieldEnds, first + index - 1)
      const fieldEnd = fieldEnds[first + index]!
      if (fieldEnd < NULL_FIELD) {
        place.end = fieldEnd
        write(out, from, place)
      } else if (none) out.put(none)
      else
        throw new RecordError(`The field ${name} is null, but its schema is not optional and has no default.`)
    }
    out.put(end)
    ends[row] = out.at
  }
  return { bytes: out.written(), ends }
}

function endOf(fieldEnds: Uint32Array, index: number): number {
  return index < 0 ? 0 : fieldEnds[index]! & (NULL_FIELD - 1)
}

function nulls(count: number): Slices {
  return { bytes: new Uint8Array(0), ends: new Uint32Array(count).fill(NULL_FIELD) }
}
