import { decimalText, fromTwosComplement, logical, RecordError, type RecordSchema } from '@sluice/template'
import { anythingFields } from './anything.ts'
import type { AvroReader } from './avro-reader.ts'
import type { AvroType } from './avro-type.ts'

/** Reads one value. Throws a RecordError for bytes that are none. */
export type Read = (from: AvroReader) => unknown

/** Compiles a type and what it is in Connect into what reads its values. */
export function compileRead(type: AvroType, schema: RecordSchema): Read {
  switch (type.kind) {
    case 'union':
      return union(type.types, schema)
    case 'record':
      return record(type, schema)
    case 'array':
      return schema.type === 'map' ? entries(type.items, schema) : array(type.items, schema)
    case 'map':
      return map(type.values, schema)
    case 'enum':
      return symbols(type.symbols, type.name)
    case 'fixed':
      return bytesOf(schema, (from) => from.fixed(type.size))
    case 'bytes':
      return bytesOf(schema, (from) => from.bytes())
    case 'int':
      return int(schema)
    case 'long':
      return schema.name === logical.timestamp
        ? (from) => new Date(Number(from.long()))
        : (from) => from.long()
    case 'boolean':
      return (from) => from.boolean()
    case 'float':
      return (from) => from.float()
    case 'double':
      return (from) => from.double()
    case 'string':
      return (from) => from.text()
    case 'null':
      return () => null
  }
}

/** Values in values deeper than this are an attack on the stack. */
const deepest = 500

/** Reads values without a schema: of the record's many fields the one that is there. */
export function readAnything(from: AvroReader, depth = 0): unknown {
  if (depth > deepest) throw new RecordError('A record has values nested too deeply.')
  let found: unknown = null
  for (const field of anythingFields) {
    const index = from.int()
    if (index === 0) continue
    if (index !== 1) throw noMember(index, 2)
    found = readMember(field, from, depth + 1)
  }
  return found
}

function readMember(field: (typeof anythingFields)[number], from: AvroReader, depth: number): unknown {
  switch (field) {
    case 'boolean':
      return from.boolean()
    case 'bytes':
      return from.bytes()
    case 'double':
      return from.double()
    case 'float':
      return from.float()
    case 'int':
      return from.int()
    case 'long':
      return from.long()
    case 'string':
      return from.text()
    case 'array': {
      const items: unknown[] = []
      from.items(anythingFields.length, () => void items.push(readAnything(from, depth)))
      return items
    }
    case 'map': {
      const entriesOf = new Map<unknown, unknown>()
      from.items(2 * anythingFields.length, () => {
        const key = readAnything(from, depth)
        entriesOf.set(key, readAnything(from, depth))
      })
      return entriesOf
    }
  }
}

function union(types: readonly AvroType[], schema: RecordSchema): Read {
  const ownTypes = types.filter(({ kind }) => kind !== 'null')
  const asStruct = schema.type === 'struct' && !(ownTypes.length === 1 && ownTypes[0]!.kind === 'record')
  let position = 0
  const reads = types.map((type): Read => {
    if (type.kind === 'null') return () => null
    if (!asStruct || schema.type !== 'struct') return compileRead(type, schema)
    const { fields } = schema
    const field = fields[position++]!
    const read = compileRead(type, field.schema)
    return (from) => {
      const value = read(from)
      return Object.fromEntries(fields.map(({ name }) => [name, name === field.name ? value : null]))
    }
  })
  return (from) => {
    const index = from.int()
    const read = reads[index]
    if (read === undefined) throw noMember(index, types.length)
    return read(from)
  }
}

function record(type: AvroType & { readonly kind: 'record' }, schema: RecordSchema): Read {
  if (schema.type !== 'struct') throw new TypeError(`${type.name} is no struct.`)
  const fields = type.fields.map((field, index) => ({
    name: field.name,
    read: compileRead(field.type, schema.fields[index]!.schema),
  }))
  return (from) => {
    const value: Record<string, unknown> = {}
    for (const { name, read } of fields) {
      // plain assignment to this one name would set the prototype
      if (name === '__proto__') Object.defineProperty(value, name, { ...own, value: read(from) })
      else value[name] = read(from)
    }
    return value
  }
}

const own = { enumerable: true, configurable: true, writable: true } as const

function array(items: AvroType, schema: RecordSchema): Read {
  if (schema.type !== 'array') throw new TypeError('An array of Avro is no array of Connect.')
  const read = compileRead(items, schema.items)
  const least = leastBytes(items)
  return (from) => {
    const values: unknown[] = []
    from.items(least, () => void values.push(read(from)))
    return values
  }
}

function map(values: AvroType, schema: RecordSchema): Read {
  if (schema.type !== 'map') throw new TypeError('A map of Avro is no map of Connect.')
  const read = compileRead(values, schema.values)
  const least = 1 + leastBytes(values)
  return (from) => {
    const found = new Map<string, unknown>()
    from.items(least, () => {
      const key = from.text()
      found.set(key, read(from))
    })
    return found
  }
}

/** A map whose keys are no strings: an array of records of a key and a value. */
function entries(items: AvroType, schema: RecordSchema & { readonly type: 'map' }): Read {
  if (items.kind !== 'record') throw new TypeError('The entries of a map are no records.')
  const [key, value] = items.fields
  const readKey = compileRead(key!.type, schema.keys)
  const readValue = compileRead(value!.type, schema.values)
  const least = leastBytes(items)
  return (from) => {
    const found = new Map<unknown, unknown>()
    from.items(least, () => {
      const one = readKey(from)
      found.set(one, readValue(from))
    })
    return found
  }
}

function symbols(names: readonly string[], of: string): Read {
  return (from) => {
    const index = from.int()
    const symbol = names[index]
    if (symbol === undefined) {
      throw new RecordError(
        `A record has the symbol number ${index} of the Avro enum ${of}, which has ${names.length}.`,
      )
    }
    return symbol
  }
}

function bytesOf(schema: RecordSchema, read: (from: AvroReader) => Uint8Array): Read {
  if (schema.name !== logical.decimal) return read
  const scale = Number(schema.parameters?.['scale'] ?? 0)
  return (from) => decimalText(fromTwosComplement(read(from)), scale)
}

function int({ type }: RecordSchema): Read {
  if (type === 'int8') return (from) => (from.int() << 24) >> 24
  if (type === 'int16') return (from) => (from.int() << 16) >> 16
  return (from) => from.int()
}

function noMember(index: number, of: number): RecordError {
  return new RecordError(`A record has the type number ${index} of an Avro union that has ${of}.`)
}

/** What a value of a type takes at least. */
function leastBytes(type: AvroType): number {
  switch (type.kind) {
    case 'null':
      return 0
    case 'fixed':
      return type.size
    case 'float':
      return 4
    case 'double':
      return 8
    case 'record':
      return type.fields.reduce((sum, field) => sum + leastBytes(field.type), 0)
    default:
      return 1
  }
}
