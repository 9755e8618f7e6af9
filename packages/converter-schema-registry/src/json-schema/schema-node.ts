import { type Json, RecordError, type RecordSchema } from '@sluice/template'
import * as names from './names.ts'

/** A schema of JSON Schema that is an object. */
export type Node = { readonly [key: string]: Json }

/** The alternatives, where a schema has some. */
export function typesOf(node: Node): readonly Json[] | undefined {
  const alternatives = node['oneOf'] ?? node['anyOf']
  if (Array.isArray(alternatives)) return alternatives as readonly Json[]
  const { type } = node
  return Array.isArray(type) ? type.map((one: Json) => ({ ...node, type: one })) : undefined
}

/** The type that other members give away. */
export function impliedType(node: Node): Json | undefined {
  if (node['properties'] !== undefined) return 'object'
  if (node['items'] !== undefined) return 'array'
  return node['const'] === undefined ? undefined : typeof node['const']
}

const told = new Set(['int8', 'int16', 'int32', 'int64', 'float32', 'float64', 'bytes'])

/** The type of a number, as Connect notes it there. */
export function numberOf(type: Json | undefined, otherwise: 'int64' | 'float64'): RecordSchema {
  if (type === undefined) return { type: otherwise }
  if (typeof type === 'string' && told.has(type)) return { type } as RecordSchema
  throw unclear(`the ${names.property.type} ${JSON.stringify(type)} of a number`)
}

export function textOfJson(json: Json): string {
  return JSON.stringify(json, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))
}

export function textOf(json: Json): string {
  return typeof json === 'string' ? json : textOfJson(json)
}

export function isNull(json: Json): boolean {
  return isNode(json) && json['type'] === 'null'
}

export function isNode(json: Json): json is Node {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

export function unclear(what: string): RecordError {
  return new RecordError(`A JSON Schema has ${what}, for which Connect has no type.`)
}
