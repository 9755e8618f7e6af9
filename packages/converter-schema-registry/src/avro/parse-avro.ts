import { type Json, parseJson, RecordError } from '@sluice/template'
import type { NamedSchema } from '../registry/registry.ts'
import {
  type AvroField,
  type AvroType,
  type PrimitiveKind,
  type Properties,
  primitive,
  splitName,
} from './avro-type.ts'

type Node = { readonly [key: string]: Json }

const primitives = new Set<string>(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'])

/** Types nested deeper than this are an attack. */
const deepest = 200

interface Context {
  /** Named types met so far, by full name. */
  readonly named: Map<string, AvroType>
  readonly namespace: string
  readonly depth: number
}

/** Reads a schema; `references` are schemas whose named types it uses. Throws a RecordError for what is none. */
export function parseAvro(text: string, references: readonly NamedSchema[] = []): AvroType {
  const named = new Map<string, AvroType>()
  for (const reference of references) parseInto(reference.text, named)
  return parseInto(text, named)
}

function parseInto(text: string, named: Map<string, AvroType>): AvroType {
  let json: Json
  try {
    json = parseJson(text)
  } catch (cause) {
    // a bare name needs no quotes in some registries
    if (primitives.has(text.trim())) return primitive(text.trim() as PrimitiveKind)
    throw new RecordError(`The Avro schema is no JSON: ${(cause as Error).message}`, { cause })
  }
  return parseType(json, { named, namespace: '', depth: 0 })
}

function parseType(json: Json, context: Context): AvroType {
  if (context.depth > deepest) throw new RecordError('An Avro schema has types nested too deeply.')
  const below = { ...context, depth: context.depth + 1 }
  if (typeof json === 'string') return byName(json, context)
  if (Array.isArray(json)) return { kind: 'union', types: json.map((one: Json) => parseType(one, below)) }
  if (!isNode(json)) throw new RecordError('An Avro schema is neither a name nor an object nor a list.')
  const { type } = json
  if (typeof type !== 'string') return parseType(type ?? null, below)
  switch (type) {
    case 'record':
    case 'error':
      return parseRecord(json, below)
    case 'enum':
      return parseEnum(json, context)
    case 'fixed':
      return parseFixed(json, context)
    case 'array':
      return {
        kind: 'array',
        items: parseType(json['items'] ?? null, below),
        properties: rest(json, ['type', 'items']),
      }
    case 'map':
      return {
        kind: 'map',
        values: parseType(json['values'] ?? null, below),
        properties: rest(json, ['type', 'values']),
      }
    default:
      if (primitives.has(type)) return primitive(type as PrimitiveKind, rest(json, ['type']))
      return byName(type, context)
  }
}

function parseRecord(json: Node, context: Context): AvroType {
  const name = nameOf(json, context)
  const fields: AvroField[] = []
  const record = {
    kind: 'record' as const,
    name,
    doc: textOf(json['doc']),
    fields,
    properties: rest(json, ['type', 'name', 'namespace', 'doc', 'fields', 'aliases']),
  }
  define(name, record, context)
  const given = json['fields']
  if (!Array.isArray(given)) throw new RecordError(`The Avro record ${name} has no list of fields.`)
  const below = { ...context, namespace: splitName(name)[0] }
  for (const field of given as readonly Json[]) fields.push(parseField(field, { ...below, of: name }))
  if (new Set(fields.map((field) => field.name)).size < fields.length) {
    throw new RecordError(`The Avro record ${name} has two fields of one name.`)
  }
  return record
}

function parseField(json: Json, context: Context & { readonly of: string }): AvroField {
  if (!isNode(json) || typeof json['name'] !== 'string') {
    throw new RecordError(`The Avro record ${context.of} has a field without a name.`)
  }
  return {
    name: json['name'],
    type: parseType(json['type'] ?? null, context),
    doc: textOf(json['doc']),
    ...(json['default'] !== undefined && { default: json['default'] }),
    properties: rest(json, ['name', 'type', 'doc', 'default', 'order', 'aliases']),
  }
}

function parseEnum(json: Node, context: Context): AvroType {
  const name = nameOf(json, context)
  const symbols = json['symbols']
  if (!Array.isArray(symbols) || !symbols.every((symbol) => typeof symbol === 'string')) {
    throw new RecordError(`The Avro enum ${name} has no list of symbols.`)
  }
  const properties = rest(json, ['type', 'name', 'namespace', 'doc', 'symbols', 'default', 'aliases'])
  const found: AvroType = {
    kind: 'enum',
    name,
    doc: textOf(json['doc']),
    symbols,
    default: textOf(json['default']),
    properties,
  }
  return define(name, found, context)
}

function parseFixed(json: Node, context: Context): AvroType {
  const name = nameOf(json, context)
  const size = json['size']
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0) {
    throw new RecordError(`The Avro type fixed ${name} has no size.`)
  }
  const properties = rest(json, ['type', 'name', 'namespace', 'doc', 'size', 'aliases'])
  return define(name, { kind: 'fixed', name, doc: textOf(json['doc']), size, properties }, context)
}

function define(name: string, type: AvroType, { named }: Context): AvroType {
  if (named.has(name)) throw new RecordError(`An Avro schema defines the type ${name} twice.`)
  named.set(name, type)
  return type
}

function byName(name: string, { named, namespace }: Context): AvroType {
  if (primitives.has(name)) return primitive(name as PrimitiveKind)
  const found = named.get(name.includes('.') || namespace === '' ? name : `${namespace}.${name}`)
  if (found) return found
  throw new RecordError(`An Avro schema uses the type ${name}, which is not defined before.`)
}

function nameOf(json: Node, { namespace }: Context): string {
  const { name, namespace: own } = json
  if (typeof name !== 'string' || name === '')
    throw new RecordError('A named type of an Avro schema has no name.')
  if (name.includes('.')) return name
  const space = typeof own === 'string' ? own : namespace
  return space === '' ? name : `${space}.${name}`
}

function rest(json: Node, without: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !without.includes(key)))
}

function textOf(json: Json | undefined): string | undefined {
  return typeof json === 'string' ? json : undefined
}

function isNode(json: Json): json is Node {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
