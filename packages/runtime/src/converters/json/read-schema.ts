import {
  isDecimalScale,
  logical,
  RecordError,
  type RecordSchema,
  scaleOf,
  type StructField,
} from '@sluice/template'
import { compileRead } from './read-value.ts'

type Node = { readonly [key: string]: unknown }

const primitives: Readonly<Record<string, RecordSchema['type']>> = {
  boolean: 'boolean',
  int8: 'int8',
  int16: 'int16',
  int32: 'int32',
  int64: 'int64',
  float: 'float32',
  double: 'float64',
  bytes: 'bytes',
  string: 'string',
}

/** The schema of an envelope. Throws a RecordError for what is none. */
export function readSchema(node: unknown): RecordSchema {
  if (!isNode(node) || typeof node['type'] !== 'string') {
    throw new RecordError('A schema in the JSON envelope has no "type" that is a text.')
  }
  const bare = { ...shapeOf(node['type'], node), ...attributesOf(node) } as RecordSchema
  if (bare.name === logical.decimal) checkScale(scaleOf(bare))
  const fallback = node['default']
  if (fallback === undefined || fallback === null) return bare
  return { ...bare, default: compileRead(bare, { replaceNullWithDefault: false })(fallback) }
}

function checkScale(scale: number): void {
  if (isDecimalScale(scale)) return
  throw new RecordError(`A Decimal in the JSON envelope has the scale ${scale}.`)
}

function shapeOf(type: string, node: Node): object {
  const primitive = primitives[type]
  if (primitive !== undefined) return { type: primitive }
  switch (type) {
    case 'array':
      return { type, items: readSchema(node['items']) }
    case 'map':
      return { type, keys: readSchema(node['keys']), values: readSchema(node['values']) }
    case 'struct':
      return { type, fields: readFields(node['fields']) }
    default:
      throw new RecordError(`A schema in the JSON envelope has the unknown type "${type}".`)
  }
}

function readFields(nodes: unknown): readonly StructField[] {
  if (!Array.isArray(nodes)) throw new RecordError('A struct in the JSON envelope has no "fields".')
  return nodes.map((node: unknown) => {
    if (!isNode(node) || typeof node['field'] !== 'string') {
      throw new RecordError('A field of a struct in the JSON envelope has no name in "field".')
    }
    return { name: node['field'], schema: readSchema(node) }
  })
}

function attributesOf(node: Node): object {
  const { optional, name, version, doc, parameters } = node
  return {
    ...(optional === true && { optional }),
    ...(typeof name === 'string' && { name }),
    ...(typeof version === 'number' && { version }),
    ...(typeof doc === 'string' && { doc }),
    ...(isNode(parameters) && { parameters: parameters as Record<string, string> }),
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
