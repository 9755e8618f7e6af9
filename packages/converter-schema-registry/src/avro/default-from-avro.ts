import { decimalText, fromTwosComplement, logical, type RecordSchema, scaleOf } from '@sluice/template'
import type { AvroJson, AvroType } from './avro-type.ts'

/** A default in Avro's JSON form as a value of Connect; undefined for one that doesn't fit its type, which has no default then. */
export function defaultFromAvro(schema: RecordSchema, type: AvroType, json: AvroJson): unknown {
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'float32':
    case 'float64':
      return typeof json === 'number' || typeof json === 'bigint' ? Number(json) : undefined
    case 'int64':
      return longOf(schema, json)
    case 'boolean':
      return typeof json === 'boolean' ? json : undefined
    case 'string':
      return typeof json === 'string' ? json : undefined
    case 'bytes':
      return bytesOf(schema, json)
    case 'array':
      return arrayOf(schema, type, json)
    case 'map':
      return mapOf(schema, type, json)
    case 'struct':
      return structOf(schema, type, json)
  }
}

function longOf(schema: RecordSchema, json: AvroJson): unknown {
  if (typeof json !== 'bigint' && !Number.isSafeInteger(json)) return undefined
  return schema.name === logical.timestamp ? new Date(Number(json)) : BigInt(json as number | bigint)
}

function bytesOf(schema: RecordSchema, json: AvroJson): unknown {
  if (typeof json !== 'string') return undefined
  const bytes = Buffer.from(json, 'latin1')
  return schema.name === logical.decimal
    ? decimalText(fromTwosComplement(bytes), scaleOf(schema))
    : new Uint8Array(bytes)
}

function arrayOf(schema: RecordSchema & { readonly type: 'array' }, type: AvroType, json: AvroJson): unknown {
  if (!Array.isArray(json) || type.kind !== 'array') return undefined
  return json.map((item: AvroJson) => inside(schema.items, type.items, item))
}

function mapOf(schema: RecordSchema & { readonly type: 'map' }, type: AvroType, json: AvroJson): unknown {
  if (type.kind === 'map' && isObject(json)) {
    return new Map(
      Object.entries(json).map(([key, value]) => [key, inside(schema.values, type.values, value)]),
    )
  }
  if (type.kind !== 'array' || type.items.kind !== 'record' || !Array.isArray(json)) return undefined
  const [key, value] = type.items.fields
  return new Map(
    json.map((entry: AvroJson) => {
      const [k, v] = Array.isArray(entry) ? entry : [null, null]
      return [inside(schema.keys, key!.type, k), inside(schema.values, value!.type, v)]
    }),
  )
}

function structOf(
  schema: RecordSchema & { readonly type: 'struct' },
  type: AvroType,
  json: AvroJson,
): unknown {
  if (type.kind === 'union') {
    const [first] = type.types
    const [member] = schema.fields
    if (!first || !member || first.kind === 'null') return undefined
    return { [member.name]: defaultFromAvro(member.schema, first, json) }
  }
  if (type.kind !== 'record' || !isObject(json)) return undefined
  const fields = schema.fields.map(({ name, schema: inner }, index) => {
    const field = type.fields[index]!
    return [name, inside(inner, field.type, json[name] ?? field.default ?? null)]
  })
  return Object.fromEntries(fields)
}

/** A part of a default; null for null, whatever the type. */
function inside(schema: RecordSchema, type: AvroType, json: AvroJson): unknown {
  if (json === null) return null
  if (type.kind !== 'union') return defaultFromAvro(schema, type, json) ?? null
  const own = type.types.find(({ kind }) => kind !== 'null')
  return own && type.types.length <= 2 ? (defaultFromAvro(schema, own, json) ?? null) : null
}

function isObject(json: AvroJson): json is { readonly [key: string]: AvroJson } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
