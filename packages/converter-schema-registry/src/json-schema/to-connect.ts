import {
  isDecimalScale,
  type Json,
  logical,
  parseJson,
  RecordError,
  type RecordSchema,
  type StructField,
} from '@sluice/template'
import type { NamedSchema } from '../registry/registry.ts'
import type { JsonSchemaDataConfig } from './json-schema-fields.ts'
import * as names from './names.ts'
import { parseRecord } from './parse-json.ts'
import { compileReadJson } from './read-json.ts'
import { type Located, Resolver } from './resolve.ts'
import {
  impliedType,
  isNode,
  isNull,
  type Node,
  numberOf,
  textOf,
  textOfJson,
  typesOf,
  unclear,
} from './schema-node.ts'

/** Schemas nested deeper than this are an attack. */
const deepest = 200

/**
 * JSON Schema as Connect's schema, with the names and parameters of Confluent's JsonSchemaData. Throws a RecordError for what Connect can't have: a
 * schema that contains itself, allows anything, or tells not of which type its values are.
 */
export function toConnect(
  { text, references }: { readonly text: string; readonly references: readonly NamedSchema[] },
  config: JsonSchemaDataConfig,
): RecordSchema {
  const root = parsed(text)
  const resolver = new Resolver(root, new Map(references.map(({ name, text: one }) => [name, parsed(one)])))
  return new Reading(resolver, config).schemaOf({ node: root, root }, 0)
}

function parsed(text: string): Json {
  try {
    return parseJson(text)
  } catch (cause) {
    throw new RecordError(`The JSON Schema is no JSON: ${(cause as Error).message}`, { cause })
  }
}

class Reading {
  readonly #resolver: Resolver
  readonly #config: JsonSchemaDataConfig
  /** Schemas that are being read. */
  readonly #open = new Set<Json>()
  #unions = 0

  constructor(resolver: Resolver, config: JsonSchemaDataConfig) {
    this.#resolver = resolver
    this.#config = config
  }

  schemaOf({ node, root }: Located, depth: number, optional = false): RecordSchema {
    if (!isNode(node)) throw unclear('a schema that is no object')
    if (depth > deepest || this.#open.has(node)) {
      throw new RecordError('A JSON Schema contains itself, which schemas of Connect can’t.')
    }
    this.#open.add(node)
    try {
      return this.#read({ node, root }, depth, optional)
    } finally {
      this.#open.delete(node)
    }
  }

  #read({ node, root }: { node: Node; root: Json }, depth: number, optional: boolean): RecordSchema {
    const { $ref: reference } = node
    if (typeof reference === 'string') {
      return this.schemaOf(this.#resolver.resolve(reference, root), depth + 1, optional)
    }
    const all = node['allOf']
    if (Array.isArray(all)) return this.#allOf(all as readonly Json[], { node, root }, depth, optional)
    const types = typesOf(node)
    if (types) return this.#oneOf(types, { node, root }, depth, optional)
    return this.#annotated(this.#shapeOf({ node, root }, depth), node, optional)
  }

  #oneOf(
    all: readonly Json[],
    { node, root }: { node: Node; root: Json },
    depth: number,
    optional: boolean,
  ): RecordSchema {
    const types = all.filter((one) => !isNull(one))
    const nullable = optional || types.length < all.length
    const [single] = types
    if (single === undefined) throw unclear('null alone')
    const below = depth + 1
    if (types.length === 1 && all.length <= 2) {
      return this.schemaOf({ node: single, root }, below, nullable)
    }
    const { generalizedSumTypeSupport: general } = this.#config
    const name = general ? `${names.generalUnionPrefix}${this.#unions++}` : names.oneOfName
    const fields: readonly StructField[] = types.map((one, index) => ({
      name: general ? `${names.generalFieldPrefix}${index}` : `${name}.field.${index}`,
      schema: this.schemaOf({ node: one, root }, below, true),
    }))
    const union: RecordSchema = {
      type: 'struct',
      name,
      fields,
      ...(general && { parameters: { [names.generalUnion]: name } }),
    }
    return this.#annotated(union, node, nullable)
  }

  /** All of several: the properties of all of them, or the one that tells the type. */
  #allOf(
    all: readonly Json[],
    { node, root }: { node: Node; root: Json },
    depth: number,
    optional: boolean,
  ): RecordSchema {
    const { allOf: _, ...rest } = node
    const parts = [...all, rest].map((one) => this.#resolver.follow({ node: one, root }))
    const objects = parts.filter((part) => isNode(part.node) && isNode(part.node['properties'] ?? null))
    if (objects.length === 0) {
      const telling = parts.find(
        ({ node: part }) =>
          isNode(part) && (part['type'] ?? part['oneOf'] ?? part['anyOf'] ?? part['allOf']) !== undefined,
      )
      if (!telling) throw unclear('allOf without a type')
      return this.schemaOf(telling, depth + 1, optional)
    }
    const fields = objects.flatMap((part) =>
      this.#fieldsOf({ node: part.node as Node, root: part.root }, depth),
    )
    const once = new Map(fields.map((field) => [field.name, field]))
    return this.#annotated({ type: 'struct', fields: [...once.values()] }, rest, optional)
  }

  #shapeOf({ node, root }: { node: Node; root: Json }, depth: number): RecordSchema {
    if (Array.isArray(node['enum'])) return this.#enumOf(node['enum'] as readonly Json[])
    const type = node['type'] ?? impliedType(node)
    const told = node[names.property.type]
    switch (type) {
      case 'boolean':
        return { type: 'boolean' }
      case 'integer':
        return numberOf(told, 'int64')
      case 'number':
        return numberOf(told, 'float64')
      case 'string':
        return { type: told === 'bytes' ? 'bytes' : 'string' }
      case 'array':
        return this.#arrayOf({ node, root }, depth)
      case 'object':
        return this.#objectOf({ node, root }, depth)
      default:
        throw unclear(type === undefined ? 'a schema without a type' : `the type ${JSON.stringify(type)}`)
    }
  }

  #enumOf(values: readonly Json[]): RecordSchema {
    const { generalizedSumTypeSupport: general } = this.#config
    const parameter = general ? names.generalEnum : names.enumName
    const symbols = values.map((value) => (value === null ? names.nullSymbol : textOf(value)))
    const entries = symbols.map((symbol, i) => [`${parameter}.${symbol}`, general ? String(i) : symbol])
    return { type: 'string', parameters: { [parameter]: '', ...Object.fromEntries(entries) } }
  }

  #arrayOf({ node, root }: { node: Node; root: Json }, depth: number): RecordSchema {
    const { items } = node
    if (items === undefined) throw unclear('an array that does not say what its items are')
    if (node[names.property.type] === 'map' && isNode(items)) {
      const { key, value } = (items['properties'] ?? {}) as { readonly key?: Json; readonly value?: Json }
      if (key === undefined || value === undefined) throw unclear('a map without key and value')
      return {
        type: 'map',
        keys: this.schemaOf({ node: key, root }, depth + 1),
        values: this.schemaOf({ node: value, root }, depth + 1),
      }
    }
    return { type: 'array', items: this.schemaOf({ node: items, root }, depth + 1) }
  }

  #objectOf({ node, root }: { node: Node; root: Json }, depth: number): RecordSchema {
    if (node[names.property.type] !== 'map') {
      return { type: 'struct', fields: this.#fieldsOf({ node, root }, depth) }
    }
    const values = node['additionalProperties']
    if (!isNode(values ?? null)) throw unclear('a map that does not say what its values are')
    return {
      type: 'map',
      keys: { type: 'string' },
      values: this.schemaOf({ node: values!, root }, depth + 1),
    }
  }

  #fieldsOf({ node, root }: { node: Node; root: Json }, depth: number): readonly StructField[] {
    const required = new Set(Array.isArray(node['required']) ? (node['required'] as readonly Json[]) : [])
    const properties = Object.entries((node['properties'] ?? {}) as Node)
    const placed = properties.map(([name, property], position) => {
      const index = isNode(property) ? property[names.property.index] : undefined
      return { name, property, index: typeof index === 'number' ? index : position }
    })
    return placed
      .toSorted((a, b) => a.index - b.index)
      .map(({ name, property }) => ({
        name,
        schema: this.schemaOf(
          { node: property, root },
          depth + 1,
          this.#config.useOptionalForNonrequired && !required.has(name),
        ),
      }))
  }

  #annotated(shape: RecordSchema, node: Node, optional: boolean): RecordSchema {
    const { title, description, default: fallback } = node
    const version = node[names.property.version]
    const given = node[names.property.parameters]
    const parameters = {
      ...shape.parameters,
      ...(isNode(given ?? null) &&
        Object.fromEntries(Object.entries(given as Node).map(([name, value]) => [name, textOf(value)]))),
    }
    checkScale(title, parameters['scale'])
    const schema = {
      ...shape,
      ...(typeof title === 'string' && shape.name === undefined && { name: title }),
      ...(typeof version === 'number' && { version }),
      ...(typeof description === 'string' && { doc: description }),
      ...(Object.keys(parameters).length > 0 && { parameters }),
      ...(optional && { optional }),
    } as RecordSchema
    return fallback === undefined || fallback === null
      ? schema
      : { ...schema, default: defaultOf(schema, fallback) }
  }
}

function checkScale(title: Json | undefined, scale = '0'): void {
  if (title !== logical.decimal || isDecimalScale(Number(scale))) return
  throw new RecordError(`The scale of a decimal is ${scale}.`)
}

/** A default that doesn't fit its schema is none. */
function defaultOf(schema: RecordSchema, json: Json): unknown {
  try {
    return compileReadJson(schema, 'exact')(parseRecord(Buffer.from(textOfJson(json)), 'exact'))
  } catch {
    return undefined
  }
}
