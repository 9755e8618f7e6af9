import { date, decimal, optional, type RecordSchema, struct, time, timestamp } from '@sluice/template'
import fc from 'fast-check'

/** A schema and values that it allows. */
export interface SchemaAndValues {
  readonly schema: RecordSchema
  readonly value: fc.Arbitrary<unknown>
}

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const text = fc.string({ unit: 'binary', maxLength: 12 })

const primitives: readonly SchemaAndValues[] = [
  { schema: { type: 'int8' }, value: fc.integer({ min: -128, max: 127 }) },
  { schema: { type: 'int16' }, value: fc.integer({ min: -32768, max: 32767 }) },
  { schema: { type: 'int32' }, value: fc.integer() },
  { schema: { type: 'int64' }, value: int64 },
  { schema: { type: 'float32' }, value: fc.float() },
  { schema: { type: 'float64' }, value: fc.double() },
  { schema: { type: 'boolean' }, value: fc.boolean() },
  { schema: { type: 'string' }, value: text },
  { schema: { type: 'bytes' }, value: fc.uint8Array({ maxLength: 12 }) },
  { schema: decimal(0), value: fc.bigInt().map(String) },
  {
    schema: decimal(3),
    value: fc
      .tuple(fc.bigInt({ min: 0n, max: 2n ** 70n }), fc.nat(999), fc.boolean())
      .map(([whole, part, negative]) => {
        const digits = `${whole}.${String(part).padStart(3, '0')}`
        return negative && /[1-9]/.test(digits) ? `-${digits}` : digits
      }),
  },
  { schema: date(), value: fc.integer({ min: -1_000_000, max: 1_000_000 }) },
  { schema: time(), value: fc.integer({ min: 0, max: 86_399_999 }) },
  { schema: timestamp(), value: fc.integer({ min: -1e12, max: 4e12 }).map((ms) => new Date(ms)) },
]

export const primitive: fc.Arbitrary<SchemaAndValues> = fc.constantFrom(...primitives)

export interface DataOptions {
  /** Not all formats have arrays and maps whose items may be null. */
  readonly nullableItems?: boolean
  /** Names that are given, one each, to structs and fields. */
  readonly fieldNames?: readonly string[]
  readonly depth?: number
}

/** Any schema and values of it, at the top a struct. Every struct has a name of its own. */
export function anyStruct(options: DataOptions = {}): fc.Arbitrary<SchemaAndValues> {
  const names = { next: 0 }
  return structOf(options, options.depth ?? 2, names).map(({ schema, value }) => ({
    schema: { ...schema, optional: false },
    value,
  }))
}

interface Names {
  next: number
}

function any(options: DataOptions, depth: number, names: Names): fc.Arbitrary<SchemaAndValues> {
  if (depth === 0) return primitive
  return fc.oneof(
    { weight: 3, arbitrary: primitive },
    { weight: 1, arbitrary: arrayOf(options, depth - 1, names) },
    { weight: 1, arbitrary: mapOf(options, depth - 1, names) },
    { weight: 1, arbitrary: structOf(options, depth - 1, names) },
  )
}

function arrayOf(options: DataOptions, depth: number, names: Names): fc.Arbitrary<SchemaAndValues> {
  return any(options, depth, names)
    .chain((items) => nullable(items, options.nullableItems ?? true))
    .map(({ schema, value }) => ({
      schema: { type: 'array', items: schema },
      value: fc.array(value, { maxLength: 3 }),
    }))
}

function mapOf(options: DataOptions, depth: number, names: Names): fc.Arbitrary<SchemaAndValues> {
  return any(options, depth, names)
    .chain((values) => nullable(values, options.nullableItems ?? true))
    .map(({ schema, value }) => ({
      schema: { type: 'map', keys: { type: 'string' }, values: schema },
      value: fc.array(fc.tuple(text, value), { maxLength: 3 }).map((entries) => new Map(entries)),
    }))
}

function structOf(options: DataOptions, depth: number, names: Names): fc.Arbitrary<SchemaAndValues> {
  const field = any(options, depth, names).chain((one) => nullable(one, true))
  return fc.array(field, { minLength: 1, maxLength: 4 }).map((fields) => {
    const name = (i: number): string => options.fieldNames?.[i] ?? `f${i}`
    const schema = struct(Object.fromEntries(fields.map((one, i) => [name(i), one.schema])), {
      name: `org.acme.S${names.next++}`,
      version: 1,
    })
    const value = fc
      .tuple(...fields.map((one) => one.value))
      .map((values) => Object.fromEntries(values.map((one, i) => [name(i), one])))
    return { schema, value }
  })
}

function nullable({ schema, value }: SchemaAndValues, allowed: boolean): fc.Arbitrary<SchemaAndValues> {
  const asIs = fc.constant({ schema, value })
  const orNull = fc.constant({ schema: optional(schema), value: fc.option(value, { nil: null }) })
  return allowed ? fc.oneof(asIs, orNull) : asIs
}
