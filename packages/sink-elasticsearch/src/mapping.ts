import { logical, type RecordSchema } from '@sluice/template'

/** A mapping of Elasticsearch, as far as one is made of a schema. */
export type Mapping = Readonly<Record<string, unknown>>

const types: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  int8: 'byte',
  int16: 'short',
  int32: 'integer',
  int64: 'long',
  float32: 'float',
  float64: 'double',
  bytes: 'binary',
}

const logicalTypes: Readonly<Record<string, string>> = {
  [logical.date]: 'date',
  [logical.time]: 'date',
  [logical.timestamp]: 'date',
  [logical.decimal]: 'double',
}

/**
 * The mapping of a schema, type by type as Confluent's connector maps them: text has a sub-field `keyword`, Decimal is double,
 * the date types are date, defaults become `null_value`. A map written as an object gets no fields of its own.
 */
export function mappingOf(schema: RecordSchema, compactMapEntries: boolean): Mapping {
  const logicalType = logicalTypes[schema.name ?? '']
  if (logicalType !== undefined) return withDefault({ type: logicalType }, schema.default)
  switch (schema.type) {
    case 'array':
      return mappingOf(schema.items, compactMapEntries)
    case 'map':
      if (compactMapEntries && schema.keys.type === 'string') return { type: 'object' }
      return {
        properties: {
          key: mappingOf(schema.keys, compactMapEntries),
          value: mappingOf(schema.values, compactMapEntries),
        },
      }
    case 'struct':
      return {
        properties: Object.fromEntries(
          schema.fields.map((field) => [field.name, mappingOf(field.schema, compactMapEntries)]),
        ),
      }
    case 'string':
      return { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } }
    case 'bytes':
      return { type: 'binary' }
    default:
      return withDefault({ type: types[schema.type]! }, schema.default)
  }
}

function withDefault(mapping: Mapping, value: unknown): Mapping {
  if (value === undefined || value === null) return mapping
  return { ...mapping, null_value: value instanceof Date ? value.getTime() : value }
}
