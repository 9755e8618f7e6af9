import type { RecordSchema } from '@sluice/template'
import { property, quote } from './json-text.ts'
import { compileWrite, type WriteOptions } from './write-value.ts'

const typeNames: Readonly<Partial<Record<RecordSchema['type'], string>>> = {
  float32: 'float',
  float64: 'double',
}

/** A schema as the JSON envelope has it: the JVM's fields in the JVM's order. `field` is a struct field's name. */
export function schemaText(schema: RecordSchema, options: WriteOptions, field?: string): string {
  const members = [
    `"type":${quote(typeNames[schema.type] ?? schema.type)}`,
    ...partsOf(schema, options),
    `"optional":${schema.optional ?? false}`,
    ...text('name', schema.name),
    ...(schema.version === undefined ? [] : [`"version":${schema.version}`]),
    ...text('doc', schema.doc),
    ...parameters(schema.parameters),
    ...defaultOf(schema, options),
    ...text('field', field),
  ]
  return `{${members.join(',')}}`
}

function partsOf(schema: RecordSchema, options: WriteOptions): readonly string[] {
  switch (schema.type) {
    case 'array':
      return [`"items":${schemaText(schema.items, options)}`]
    case 'map':
      return [`"keys":${schemaText(schema.keys, options)}`, `"values":${schemaText(schema.values, options)}`]
    case 'struct':
      return [
        `"fields":[${schema.fields.map(({ name, schema: inner }) => schemaText(inner, options, name)).join(',')}]`,
      ]
    default:
      return []
  }
}

function parameters(of: Readonly<Record<string, string>> | undefined): readonly string[] {
  if (of === undefined) return []
  const members = Object.entries(of).map(([name, value]) => property(name) + quote(value))
  return [`"parameters":{${members.join(',')}}`]
}

function defaultOf(schema: RecordSchema, options: WriteOptions): readonly string[] {
  if (schema.default === undefined || schema.default === null) return []
  return [`"default":${compileWrite(schema, options)(schema.default)}`]
}

function text(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`${property(name)}${quote(value)}`]
}
