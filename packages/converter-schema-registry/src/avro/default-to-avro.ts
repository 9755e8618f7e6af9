import {
  logical,
  RecordError,
  type RecordSchema,
  scaleOf,
  twosComplement,
  unscaledDecimal,
} from '@sluice/template'
import type { AvroDataConfig } from './avro-fields.ts'
import { type AvroJson, Fraction } from './avro-type.ts'
import { isUnion } from './kinds.ts'
import { avroName } from './names.ts'

/** A default of Connect in Avro's JSON form. Throws a RecordError for one that its schema does not allow. */
export function defaultToAvro(schema: RecordSchema, value: unknown, config: AvroDataConfig): AvroJson {
  if (value === null || value === undefined) return null
  switch (schema.type) {
    case 'float32':
      return new Fraction(shortestFloat(value as number))
    case 'float64':
      return new Fraction(value as number)
    case 'bytes':
      return latin1(schema, value)
    case 'array':
      return asArray(value).map((item) => defaultToAvro(schema.items, item, config))
    case 'map':
      return ofMap(schema, value, config)
    case 'struct':
      return ofStruct(schema, value, config)
    case 'int64':
      return value instanceof Date ? value.getTime() : (value as bigint)
    default:
      return value as AvroJson
  }
}

/** The double with the fewest digits that is the same 32-bit float: those are printed. */
function shortestFloat(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === Math.fround(value)) return short
  }
  return value
}

/** Bytes are a text in Avro's JSON, a character for each. */
function latin1(schema: RecordSchema, value: unknown): string {
  if (schema.name === logical.decimal && typeof value === 'string') {
    return twosComplement(unscaledDecimal(value, scaleOf(schema))).toString('latin1')
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  throw new RecordError('The default of a field of bytes is none.')
}

function ofMap(
  schema: RecordSchema & { readonly type: 'map' },
  value: unknown,
  config: AvroDataConfig,
): AvroJson {
  const entries = value instanceof Map ? [...value] : Object.entries(value as object)
  const { keys, values } = schema
  if (keys.type === 'string' && (!keys.optional || config.allowOptionalMapKeys)) {
    return Object.fromEntries(entries.map(([key, item]) => [key, defaultToAvro(values, item, config)]))
  }
  return entries.map(([key, item]) => [defaultToAvro(keys, key, config), defaultToAvro(values, item, config)])
}

function ofStruct(
  schema: RecordSchema & { readonly type: 'struct' },
  value: unknown,
  config: AvroDataConfig,
): AvroJson {
  const struct = value as Readonly<Record<string, unknown>>
  const [first] = schema.fields
  // the default of a union is one of its first type
  if (isUnion(schema)) return first ? defaultToAvro(first.schema, struct[first.name], config) : null
  return Object.fromEntries(
    schema.fields.map(({ name, schema: inner }) => [
      avroName(name, 'The field', config),
      defaultToAvro(inner, struct[name], config),
    ]),
  )
}

function asArray(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new RecordError('The default of a field of an array is none.')
}
