import { date, decimal, optional, type PrimitiveSchema, time, timestamp } from '@sluice/template'
import type { Granularity, NumericMapping } from '../config/fields.ts'
import type { FieldForm } from '../copy/split-rows.ts'
import { quoteLiteral } from '../sql-text.ts'

/** A column as the catalogue describes it. `type` is the name of the base type, domains looked through. */
export interface Column {
  readonly name: string
  readonly type: string
  /** PostgreSQL's type modifier, -1 where there is none. */
  readonly modifier: number
  readonly nullable: boolean
  /** Does an index see to it that no two rows have the same value? */
  readonly unique: boolean
}

/** What a column becomes: the schema, the SQL that gives its text, and what is left to do to that text. */
export interface ColumnPlan {
  readonly schema: PrimitiveSchema
  readonly sql: (reference: string) => string
  readonly form: FieldForm
}

export interface TypeOptions {
  readonly numerics: NumericMapping
  readonly granularity: Granularity
  readonly dates: 'text' | 'connect_logical'
  /** Zone of timestamps that have none. */
  readonly zone: string
}

const asItIs = (reference: string): string => reference
const asText = (reference: string): string => `${reference}::text`

const INTEGERS = { int2: 'int16', int4: 'int32', int8: 'int64', oid: 'int64' } as const
const FLOATS = { float4: 'float32', float8: 'float64' } as const

/** Every type has a plan: what isn't listed comes out as the text that PostgreSQL prints for it. */
export function planColumn(column: Column, options: TypeOptions): ColumnPlan {
  const plan = planType(column, options)
  return column.nullable ? { ...plan, schema: optional(plan.schema) } : plan
}

function planType({ type, modifier }: Column, options: TypeOptions): ColumnPlan {
  const plain = (schema: PrimitiveSchema['type']): ColumnPlan => ({
    schema: { type: schema },
    sql: asItIs,
    form: 'text',
  })
  if (type in INTEGERS) return plain(INTEGERS[type as keyof typeof INTEGERS])
  if (type in FLOATS) return plain(FLOATS[type as keyof typeof FLOATS])
  switch (type) {
    case 'bool':
      return { ...plain('boolean'), sql: asText }
    case 'bytea':
      return { ...plain('bytes'), form: 'bytea' }
    case 'numeric':
      return { ...plain('string'), schema: numericSchema(modifier, options.numerics) }
    case 'money':
      return { ...plain('string'), sql: (reference) => `${reference}::numeric` }
    case 'timestamptz':
      return planTimestamp(options.granularity, asItIs)
    case 'timestamp':
      return planTimestamp(options.granularity, inZone(options.zone))
    case 'date':
      return options.dates === 'text' ? plain('string') : { schema: date(), sql: days, form: 'text' }
    case 'time':
    case 'timetz':
      return options.dates === 'text'
        ? plain('string')
        : { schema: time(), sql: type === 'time' ? millisOfDay : millisOfDayUtc, form: 'text' }
    default:
      return plain('string')
  }
}

/** Source: PostgreSQL's numeric typmod: precision and an 11-bit signed scale. */
export function precisionAndScale(modifier: number): { precision: number; scale: number } | undefined {
  if (modifier < 4) return undefined
  const packed = modifier - 4
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 }
}

/**
 * Source: the JDBC source's documentation of `numeric.mapping`. A numeric without precision has no scale that a Decimal could have:
 * it stays text, exact, under each of them.
 */
function numericSchema(modifier: number, mapping: NumericMapping): PrimitiveSchema {
  const declared = precisionAndScale(modifier)
  if (mapping === 'string' || declared === undefined) return { type: 'string' }
  const { precision, scale } = declared
  const isWhole = scale <= 0
  const fits = precision - Math.min(scale, 0) <= 18
  if (mapping !== 'none' && isWhole && fits) return { type: integerOf(precision - Math.min(scale, 0)) }
  if (mapping === 'best_fit' && !isWhole && fits) return { type: 'float64' }
  if (mapping === 'best_fit_eager_double' && (!isWhole || !fits)) return { type: 'float64' }
  return decimal(Math.max(scale, 0))
}

function integerOf(precision: number): PrimitiveSchema['type'] {
  if (precision > 9) return 'int64'
  if (precision > 4) return 'int32'
  return precision > 2 ? 'int16' : 'int8'
}

function inZone(zone: string): (reference: string) => string {
  return zone === 'UTC'
    ? (reference) => `${reference} AT TIME ZONE 'UTC'`
    : (reference) => `${reference} AT TIME ZONE ${quoteLiteral(zone)}`
}

/** `instant` makes a timestamptz of the column. Text keeps what the column says: only a timestamptz has a zone. */
function planTimestamp(granularity: Granularity, instant: (reference: string) => string): ColumnPlan {
  const since = (unitsASecond: number, type: string) => (reference: string) =>
    epoch(instant(reference), unitsASecond, type)
  switch (granularity) {
    case 'connect_logical':
      return { schema: timestamp(), sql: (reference) => epochMillis(instant(reference)), form: 'text' }
    case 'micros_long':
      return { schema: { type: 'int64' }, sql: since(1e6, 'int8'), form: 'text' }
    case 'micros_string':
      return { schema: { type: 'string' }, sql: since(1e6, 'numeric(30,0)'), form: 'text' }
    case 'nanos_long':
      return { schema: { type: 'int64' }, sql: since(1e9, 'int8'), form: 'text' }
    case 'nanos_string':
      return { schema: { type: 'string' }, sql: since(1e9, 'numeric(30,0)'), form: 'text' }
    case 'micros_iso_datetime_string':
    case 'nanos_iso_datetime_string':
      return { schema: { type: 'string' }, sql: asItIs, form: 'timestamp' }
  }
}

/** Parts of a second since the epoch; the infinities are the ends of an int64. */
function epoch(instant: string, unitsASecond: number, type: string): string {
  const finite = `(extract(epoch FROM ${instant}) * ${unitsASecond})::${type}`
  return `(CASE WHEN isfinite(${instant}) THEN ${finite} ELSE ${infinite(instant, '9223372036854775807', '(-9223372036854775808)')} END)`
}

/** The infinities are the ends of what a JavaScript Date holds. */
function epochMillis(instant: string): string {
  return `(CASE WHEN isfinite(${instant}) THEN floor(extract(epoch FROM ${instant}) * 1000)::int8 ELSE ${infinite(instant, '8640000000000000', '(-8640000000000000)')} END)`
}

function days(reference: string): string {
  return `(CASE WHEN isfinite(${reference}) THEN ${reference} - DATE '1970-01-01' ELSE ${infinite(reference, '2147483647', '(-2147483648)')} END)`
}

function infinite(value: string, positive: string, negative: string): string {
  return `CASE WHEN ${value} IS NULL THEN NULL WHEN ${value} > 'epoch' THEN ${positive} ELSE ${negative} END`
}

function millisOfDay(reference: string): string {
  return `floor(extract(epoch FROM ${reference}) * 1000)::int4`
}

function millisOfDayUtc(reference: string): string {
  return millisOfDay(`(${reference} AT TIME ZONE 'UTC')`)
}
