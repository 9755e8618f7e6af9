import { isUtf8 } from 'node:buffer'
import {
  logical,
  NULL_FIELD,
  RecordError,
  type RowBatch,
  scaleOf,
  type Slices,
  type StructSchema,
  twosComplement,
  unscaledDecimal,
} from '@sluice/template'
import type { ByteWriter } from '../byte-writer.ts'
import { prefixBytes, writePrefix } from '../wire-format.ts'
import type { AvroDataConfig } from './avro-fields.ts'
import type { AvroType } from './avro-type.ts'
import { compileWrite } from './compile-write.ts'
import { isEnum, isFixed } from './kinds.ts'
import { avroName } from './names.ts'
import { writeBytes, writeInteger } from './zigzag.ts'

/** Writes keys or values of all rows of a batch, with the id of their schema. */
export type WriteRows = (rows: RowBatch<unknown>, id: number) => Slices

/** Writes one field of a row, given as text in a buffer. One place is used again and again. */
type WriteField = (out: ByteWriter, from: Buffer, place: Place) => void

interface Place {
  start: number
  end: number
}

interface Column {
  readonly name: string
  /** In the rows. */
  readonly index: number
  /** Number of the type in a union, before the value; undefined where there is no union. */
  readonly member: number | undefined
  readonly write: WriteField
  /** What stands for null; undefined where null isn't allowed. */
  readonly none: Buffer | undefined
}

/**
 * Compiles what writes rows as Avro without making records. `schema` is of the key or of the value, `within` of the rows. Equal to what
 * `compileWrite` writes of each, or throws where that would; undefined for schemas that rows can't have and types that aren't those of the schema.
 */
export function compileRows(
  how: {
    readonly schema: StructSchema
    readonly within: StructSchema
    readonly type: AvroType
    readonly out: ByteWriter
  },
  config: AvroDataConfig,
): WriteRows | undefined {
  const { schema, within, type, out } = how
  if (type.kind !== 'record' || type.fields.length !== schema.fields.length || schema.optional)
    return undefined
  const columns = schema.fields.map((field, position): Column | undefined => {
    const index = within.fields.findIndex(({ name }) => name === field.name)
    const written = type.fields[position]!
    if (index === -1 || written.name !== avroName(field.name, 'The field', config)) return undefined
    return compileColumn({ ...field, index, type: written.type, out }, config)
  })
  if (columns.includes(undefined)) return undefined
  return (rows, id) => encode(rows, { columns: columns as Column[], out, id })
}

function compileColumn(
  field: StructSchema['fields'][number] & {
    readonly index: number
    readonly type: AvroType
    readonly out: ByteWriter
  },
  config: AvroDataConfig,
): Column | undefined {
  const { name, schema, index, type, out } = field
  const types = type.kind === 'union' ? type.types : [type]
  const member = types.findIndex(({ kind }) => kind !== 'null')
  const write = compileField(schema, types[member]!, config)
  if (!write || types.length > 2) return undefined
  return {
    name,
    index,
    member: type.kind === 'union' ? member : undefined,
    write,
    none: noneOf({ schema, type, out }, config),
  }
}

/** What null is written as: the default, or the null of a union. */
function noneOf(
  {
    schema,
    type,
    out,
  }: { schema: StructSchema['fields'][number]['schema']; type: AvroType; out: ByteWriter },
  config: AvroDataConfig,
): Buffer | undefined {
  const fallback = config.ignoreDefaultForNullables && schema.optional ? undefined : schema.default
  if ((fallback === undefined || fallback === null) && !schema.optional) return undefined
  out.at = 0
  compileWrite({ schema, type, path: '' }, config)(out, fallback ?? null)
  return out.take()
}

function compileField(
  schema: StructSchema['fields'][number]['schema'],
  type: AvroType,
  config: AvroDataConfig,
): WriteField | undefined {
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
      return type.kind === 'int' ? writeDigits : undefined
    case 'int64':
      return type.kind === 'long' ? writeDigits : undefined
    case 'float32':
      return type.kind === 'float' ? (out, from, place) => out.float(Number(ascii(from, place))) : undefined
    case 'float64':
      return type.kind === 'double' ? (out, from, place) => out.double(Number(ascii(from, place))) : undefined
    case 'boolean':
      return (out, from, { start }) => out.byte(from[start] === letterT ? 1 : 0)
    case 'string':
      return isEnum(schema, config) || type.kind !== 'string' ? undefined : writeSlice
    case 'bytes':
      if (isFixed(schema) || type.kind !== 'bytes') return undefined
      return schema.name === logical.decimal ? decimal(scaleOf(schema)) : writeSlice
    default:
      return undefined
  }
}

const letterT = 0x74
const minus = 0x2d
const zero = 0x30
/** So many digits are a safe integer for certain. */
const safeDigits = 15

function writeDigits(out: ByteWriter, from: Buffer, place: Place): void {
  const { start, end } = place
  if (end - start > safeDigits) return writeInteger(out, BigInt(ascii(from, place)))
  const negative = from[start] === minus
  let value = 0
  for (let i = negative ? start + 1 : start; i < end; i++) value = value * 10 + (from[i]! - zero)
  writeInteger(out, negative ? -value : value)
}

function writeSlice(out: ByteWriter, from: Buffer, { start, end }: Place): void {
  writeInteger(out, end - start)
  out.slice(from, start, end)
}

function decimal(scale: number): WriteField {
  return (out, from, place) => writeBytes(out, twosComplement(unscaledDecimal(ascii(from, place), scale)))
}

function ascii(from: Buffer, { start, end }: Place): string {
  return from.toString('latin1', start, end)
}

function encode(
  rows: RowBatch<unknown>,
  {
    columns,
    out,
    id,
  }: { readonly columns: readonly Column[]; readonly out: ByteWriter; readonly id: number },
): Slices {
  const { buffer, fieldEnds, count } = rows
  if (!isUtf8(buffer)) throw new RecordError('A row has a text that is no valid UTF-8.')
  const from = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  const width = rows.schema.fields.length
  const ends = new Uint32Array(count)
  const place: Place = { start: 0, end: 0 }
  out.at = 0
  for (let row = 0; row < count; row++) {
    out.room(prefixBytes)
    writePrefix(out.bytes, out.at, id)
    out.at += prefixBytes
    for (const column of columns) writeColumn(out, column, { from, fieldEnds, first: row * width, place })
    ends[row] = out.at
  }
  return { bytes: out.take(), ends }
}

function writeColumn(
  out: ByteWriter,
  column: Column,
  row: {
    readonly from: Buffer
    readonly fieldEnds: Uint32Array
    readonly first: number
    readonly place: Place
  },
): void {
  const { from, fieldEnds, first, place } = row
  const at = first + column.index
  const end = fieldEnds[at]!
  if (end >= NULL_FIELD) {
    if (!column.none)
      throw new RecordError(`The field ${column.name} is null, but its schema is not optional.`)
    return out.put(column.none)
  }
  if (column.member !== undefined) writeInteger(out, column.member)
  place.start = at === 0 ? 0 : fieldEnds[at - 1]! & (NULL_FIELD - 1)
  place.end = end
  column.write(out, from, place)
}
