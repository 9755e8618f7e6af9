import type { Json } from './json.ts'
import type { Header, SourceOrigin, SourceRecord } from './record.ts'
import { logical, type PrimitiveSchema, type RecordSchema, type StructSchema } from './schema.ts'

/** Set in `fieldEnds` where the field is null. */
export const NULL_FIELD = 0x80000000

/**
 * Rows of one schema as text in one buffer, for sources that read columns as text: no row becomes an object unless something looks inside.
 *
 * The fields of all rows lie one after another in `buffer`; field `f` of row `r` ends before
 * `fieldEnds[r * fields + f] & 0x7fffffff` and begins where the one before it ends. `NULL_FIELD` marks null.
 * The text of each type, in UTF-8: integers in decimal digits; floats as JavaScript reads them (`NaN`, `-Infinity`, `1.5e3`); `true` or `false`;
 * strings as they are; bytes as they are; Decimal in plain notation with exactly its scale; Date, Time and Timestamp
 * as the integer that Kafka Connect stores (days, milliseconds, milliseconds). Arrays, maps and structs can't be fields.
 */
export interface RowBatch<O = Json> {
  readonly kind: 'rows'
  readonly topic: string
  readonly count: number
  readonly schema: StructSchema
  readonly buffer: Uint8Array
  readonly fieldEnds: Uint32Array
  /** Indices of the fields that form the key, a struct of `keySchema`; empty: the key is null. */
  readonly keyFields: readonly number[]
  readonly keySchema?: StructSchema | undefined
  readonly headers?: readonly Header[] | undefined
  timestampOf?(row: number): number | undefined
  originOf(row: number): SourceOrigin<O>
}

/** Has a poll given rows, rather than records? */
export function isRowBatch<O>(polled: { readonly length: number } | RowBatch<O>): polled is RowBatch<O> {
  return 'kind' in polled && polled.kind === 'rows'
}

/** The same rows with something else in place of what is named; their count, times and origins stay. */
export function rowsWith<O>(
  rows: RowBatch<O>,
  changes: Partial<
    Pick<RowBatch, 'topic' | 'schema' | 'buffer' | 'fieldEnds' | 'keyFields' | 'keySchema' | 'headers'>
  >,
): RowBatch<O> {
  const { kind, topic, count, schema, buffer, fieldEnds, keyFields, keySchema, headers } = rows
  return {
    kind,
    count,
    topic,
    schema,
    buffer,
    fieldEnds,
    keyFields,
    keySchema,
    headers,
    ...changes,
    timestampOf: (row) => rows.timestampOf?.(row),
    originOf: (row) => rows.originOf(row),
  }
}

/** The same rows as records, for whatever looks inside. */
export function recordsOf<O>(rows: RowBatch<O>): SourceRecord<O>[] {
  return Array.from({ length: rows.count }, (_, row) => recordOf(rows, row))
}

/** One row as a record. */
export function recordOf<O>(rows: RowBatch<O>, row: number): SourceRecord<O> {
  const { fields } = rows.schema
  const value: Record<string, unknown> = {}
  for (let field = 0; field < fields.length; field++) {
    value[fields[field]!.name] = fieldValue(rows, row * fields.length + field, fields[field]!.schema)
  }
  return {
    origin: rows.originOf(row),
    topic: rows.topic,
    key: rows.keyFields.length === 0 ? null : keyOf(rows, value),
    keySchema: rows.keySchema,
    value,
    valueSchema: rows.schema,
    headers: rows.headers,
    timestamp: rows.timestampOf?.(row),
  }
}

function keyOf(rows: RowBatch<unknown>, value: Record<string, unknown>): Record<string, unknown> {
  const names = rows.keyFields.map((field) => rows.schema.fields[field]!.name)
  return Object.fromEntries(names.map((name) => [name, value[name]]))
}

// A text may begin with what elsewhere is a byte order mark.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

function fieldValue(rows: RowBatch<unknown>, index: number, schema: RecordSchema): unknown {
  const end = rows.fieldEnds[index]!
  if (end >= NULL_FIELD) return null
  const start = index === 0 ? 0 : rows.fieldEnds[index - 1]! & (NULL_FIELD - 1)
  const bytes = rows.buffer.subarray(start, end)
  return schema.type === 'bytes' && schema.name !== logical.decimal
    ? bytes
    : parseField(utf8.decode(bytes), schema as PrimitiveSchema)
}

function parseField(text: string, schema: PrimitiveSchema): unknown {
  switch (schema.type) {
    case 'boolean':
      return text === 'true'
    case 'int64':
      return schema.name === logical.timestamp ? new Date(Number(text)) : BigInt(text)
    case 'string':
    case 'bytes':
      return text
    default:
      return Number(text)
  }
}
