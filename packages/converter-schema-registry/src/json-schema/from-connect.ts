import { type Json, logical, parseJson, type RecordSchema } from '@sluice/template'
import type { JsonSchemaDataConfig } from './json-schema-fields.ts'
import { hasPlainKeys, isEnum, isUnion } from './kinds.ts'
import * as names from './names.ts'
import { compileWriteJson } from './write-json.ts'

type Node = { readonly [key: string]: Json }

const numbers: Readonly<Partial<Record<RecordSchema['type'], string>>> = {
  int8: 'integer',
  int16: 'integer',
  int32: 'integer',
  int64: 'integer',
  float32: 'number',
  float64: 'number',
}

/** Connect's schema as JSON Schema, with the members of Confluent's JsonSchemaData. `index` is a field's place in its struct. */
export function fromConnect(schema: RecordSchema, config: JsonSchemaDataConfig, index?: number): Node {
  const place = index === undefined ? {} : { [names.property.index]: index }
  if (schema.type === 'struct' && isUnion(schema)) {
    const members = schema.fields.map((field, i) => nonNull(field.schema, config, i))
    return { oneOf: [...(schema.optional ? [none] : []), ...members], ...place }
  }
  if (schema.optional) return { oneOf: [none, nonNull(schema, config)], ...place }
  return nonNull(schema, config, index)
}

const none: Node = { type: 'null' }

function nonNull(schema: RecordSchema, config: JsonSchemaDataConfig, index?: number): Node {
  return {
    ...shapeOf(schema, config),
    ...attributesOf(schema, config),
    ...(index !== undefined && { [names.property.index]: index }),
  }
}

function shapeOf(schema: RecordSchema, config: JsonSchemaDataConfig): Node {
  switch (schema.type) {
    case 'boolean':
      return { type: 'boolean' }
    case 'string':
      return isEnum(schema) ? enumOf(schema, config) : { type: 'string' }
    case 'bytes':
      return {
        type: schema.name === logical.decimal ? 'number' : 'string',
        [names.property.type]: 'bytes',
      }
    case 'array':
      return { type: 'array', items: fromConnect(schema.items, config) }
    case 'map':
      return mapOf(schema, config)
    case 'struct':
      return structOf(schema, config)
    default:
      return { type: numbers[schema.type]!, [names.property.type]: schema.type }
  }
}

function enumOf({ parameters = {} }: RecordSchema, config: JsonSchemaDataConfig): Node {
  const parameter = config.generalizedSumTypeSupport ? names.generalEnum : names.enumName
  const symbols = Object.keys(parameters).flatMap((key) =>
    key.startsWith(`${parameter}.`) ? [key.slice(parameter.length + 1)] : [],
  )
  return { enum: symbols.map((symbol) => (symbol === names.nullSymbol ? null : symbol)) }
}

function mapOf(schema: RecordSchema & { readonly type: 'map' }, config: JsonSchemaDataConfig): Node {
  const type = { [names.property.type]: 'map' }
  if (hasPlainKeys(schema)) {
    return { type: 'object', ...type, additionalProperties: fromConnect(schema.values, config) }
  }
  const key = fromConnect(schema.keys, config, 0)
  const value = fromConnect(schema.values, config, 1)
  return { type: 'array', ...type, items: { type: 'object', properties: { key, value } } }
}

function structOf(schema: RecordSchema & { readonly type: 'struct' }, config: JsonSchemaDataConfig): Node {
  const properties = schema.fields.map(
    (field, index) => [field.name, fromConnect(field.schema, config, index)] as const,
  )
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(!config.objectAdditionalProperties && { additionalProperties: false }),
  }
}

function attributesOf(schema: RecordSchema, config: JsonSchemaDataConfig): Node {
  const parameters = Object.entries(schema.parameters ?? {}).filter(
    ([key]) => !key.startsWith(names.ownPrefix),
  )
  const { default: fallback } = schema
  return {
    ...(schema.name !== undefined && { title: schema.name }),
    ...(schema.version !== undefined && { [names.property.version]: schema.version }),
    ...(schema.doc !== undefined && { description: schema.doc }),
    ...(parameters.length > 0 && { [names.property.parameters]: Object.fromEntries(parameters) }),
    ...(fallback !== undefined &&
      fallback !== null && { default: parseJson(compileWriteJson(schema, config)(fallback)) }),
  }
}
