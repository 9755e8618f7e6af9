/**
 * Kafka Connect's type system: what a value is, beside the value. The JavaScript value of each type:
 *
 * | type | value |
 * | --- | --- |
 * | int8, int16, int32, float32, float64 | `number` |
 * | int64 | `bigint` (a safe-integer `number` is accepted) |
 * | boolean, string | `boolean`, `string` |
 * | bytes | `Uint8Array` |
 * | array | array of items |
 * | map | `Map`, or a plain object where keys are strings |
 * | struct | plain object; a missing optional field is null |
 * | Decimal (bytes) | `string`, plain notation with exactly `scale` digits after the point: `"12.30"` |
 * | Date (int32), Time (int32) | `number`: days since the epoch, milliseconds since midnight |
 * | Timestamp (int64) | `Date` |
 *
 * Source: org.apache.kafka.connect.data.
 */
export type SchemaType =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float32'
  | 'float64'
  | 'boolean'
  | 'string'
  | 'bytes'
  | 'array'
  | 'map'
  | 'struct'

interface SchemaBase {
  /** May the value be null? Default false. */
  readonly optional?: boolean
  /** Full name; for logical types the name that makes them so. */
  readonly name?: string
  readonly version?: number
  readonly doc?: string
  readonly parameters?: Readonly<Record<string, string>>
  /** Taken by readers where the field is absent; in the value's JavaScript form. */
  readonly default?: unknown
}

/** The schema of a single value, logical types included. */
export interface PrimitiveSchema extends SchemaBase {
  readonly type: Exclude<SchemaType, 'array' | 'map' | 'struct'>
}

/** The schema of a list whose items all have one schema. */
export interface ArraySchema extends SchemaBase {
  readonly type: 'array'
  readonly items: RecordSchema
}

/** The schema of a map whose keys all have one schema, and whose values have one. */
export interface MapSchema extends SchemaBase {
  readonly type: 'map'
  readonly keys: RecordSchema
  readonly values: RecordSchema
}

/** The schema of an object of known fields. */
export interface StructSchema extends SchemaBase {
  readonly type: 'struct'
  readonly fields: readonly StructField[]
}

/** One field of a struct. Names are unique within it. */
export interface StructField {
  readonly name: string
  readonly schema: RecordSchema
}

/** The schema of a key, a value, or a part of one. Two of the same content are the same schema. */
export type RecordSchema = PrimitiveSchema | ArraySchema | MapSchema | StructSchema

/** Names of the four logical types, as Kafka Connect writes them into schemas. */
export const logical = {
  decimal: 'org.apache.kafka.connect.data.Decimal',
  date: 'org.apache.kafka.connect.data.Date',
  time: 'org.apache.kafka.connect.data.Time',
  timestamp: 'org.apache.kafka.connect.data.Timestamp',
} as const

/** An exact decimal of `scale` digits after the point; its value is a string such as `"-0.50"`. */
export function decimal(scale: number, more: SchemaBase = {}): PrimitiveSchema {
  if (!Number.isInteger(scale)) throw new TypeError(`The scale of a Decimal is a whole number, not ${scale}.`)
  return { ...more, type: 'bytes', name: logical.decimal, version: 1, parameters: { scale: String(scale) } }
}

/** A calendar day without a time zone; its value is the number of days since 1970-01-01. */
export function date(more: SchemaBase = {}): PrimitiveSchema {
  return { ...more, type: 'int32', name: logical.date, version: 1 }
}

/** A time of day without a time zone; its value is the number of milliseconds since midnight. */
export function time(more: SchemaBase = {}): PrimitiveSchema {
  return { ...more, type: 'int32', name: logical.time, version: 1 }
}

/** A point in time to the millisecond; its value is a `Date`. */
export function timestamp(more: SchemaBase = {}): PrimitiveSchema {
  return { ...more, type: 'int64', name: logical.timestamp, version: 1 }
}

/** A struct of named fields, in their order. */
export function struct(fields: Readonly<Record<string, RecordSchema>>, more: SchemaBase = {}): StructSchema {
  return {
    ...more,
    type: 'struct',
    fields: Object.entries(fields).map(([name, schema]) => ({ name, schema })),
  }
}

/** The scale of a Decimal schema; 0 where the parameter is missing. */
export function scaleOf(schema: RecordSchema): number {
  return Number(schema.parameters?.['scale'] ?? 0)
}

/** The same schema, and null is allowed. */
export function optional<S extends RecordSchema>(schema: S): S & { readonly optional: true } {
  return { ...schema, optional: true }
}
