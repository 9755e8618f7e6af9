import { logical, RecordError, scaleOf, twosComplement, unscaledDecimal } from '@sluice/template'
import type { ByteWriter } from '../byte-writer.ts'
import type { AvroDataConfig } from './avro-fields.ts'
import { inner, placed } from './avro-type.ts'
import { isMapEntry } from './base-schema.ts'
import { isUnion } from './kinds.ts'
import { mismatch, noNull, type Pair, type Write, wrong } from './pair.ts'
import { structToRecord } from './struct-to-record.ts'
import { writeBytes, writeInteger, writeText } from './zigzag.ts'

/**
 * Compiles what writes values of a schema as a type of Avro: the one that stands for the schema, or another version of it. Throws a RecordError
 * that names the field where the two don't fit.
 */
export function compileWrite(pair: Pair, config: AvroDataConfig): Write {
  const { schema, type, path } = pair
  if (type.kind === 'union') return compileUnion(pair, config)
  const write = compileNonNull(pair, config)
  return (out, value) => {
    if (value === null || value === undefined) throw noNull(path, schema)
    write(out, value)
  }
}

function compileUnion({ schema, type, path }: Pair, config: AvroDataConfig): Write {
  const types = type.kind === 'union' ? type.types : []
  const none = types.findIndex(({ kind }) => kind === 'null')
  const write = isUnion(schema)
    ? compileMembers({ schema, type, path }, config)
    : compileOneOf({ schema, type, path }, config)
  return (out, value) => {
    if (value !== null && value !== undefined) return write(out, value)
    if (none === -1 || !schema.optional) throw noNull(path, schema)
    writeInteger(out, none)
  }
}

/** A type of a union that takes the schema's values: the first that does. */
function compileOneOf({ schema, type, path }: Pair, config: AvroDataConfig): Write {
  const reasons: unknown[] = []
  for (const [index, one] of (type.kind === 'union' ? type.types : []).entries()) {
    if (one.kind === 'null') continue
    try {
      const write = compileNonNull({ schema, type: one, path }, config)
      return (out, value) => {
        writeInteger(out, index)
        write(out, value)
      }
    } catch (error) {
      reasons.push(error)
    }
  }
  throw reasons.length === 1 ? reasons[0] : mismatch({ schema, type, path })
}

/** A struct that stands for a union: its one field that is not null says which type. */
function compileMembers({ schema, type, path }: Pair, config: AvroDataConfig): Write {
  if (schema.type !== 'struct' || type.kind !== 'union') throw mismatch({ schema, type, path })
  const nulls = type.types.findIndex(({ kind }) => kind === 'null')
  const members = schema.fields.map((field, position) => {
    const index = nulls !== -1 && position >= nulls ? position + 1 : position
    const one = type.types[index]
    if (one === undefined) throw mismatch({ schema, type, path })
    const at = inner(path, field.name)
    return {
      name: field.name,
      index,
      write: compileNonNull({ schema: field.schema, type: one, path: at }, config),
    }
  })
  return (out, value) => {
    const struct = value as Readonly<Record<string, unknown>>
    const member = members.find(({ name }) => struct[name] !== null && struct[name] !== undefined)
    if (!member) throw new RecordError(`${placed(path)} is a union of which no member is there.`)
    writeInteger(out, member.index)
    member.write(out, struct[member.name])
  }
}

function compileNonNull(pair: Pair, config: AvroDataConfig): Write {
  const { schema, type, path } = pair
  switch (type.kind) {
    case 'int':
    case 'long':
      return compileInteger(pair)
    case 'float':
    case 'double':
      return compileFloating(pair)
    case 'boolean':
      return compileSimple(pair, 'boolean', (out, value) => out.byte(value === true ? 1 : 0))
    case 'string':
      return compileSimple(pair, 'string', (out, value) => writeText(out, value as string))
    case 'enum':
      return compileEnum(pair, type.symbols)
    case 'bytes':
      return compileBytes(pair, undefined)
    case 'fixed':
      return compileBytes(pair, type.size)
    case 'array':
      return schema.type === 'map' ? compileEntries(pair, config) : compileArray(pair, config)
    case 'map':
      return compileMap(pair, config)
    case 'record':
      return structToRecord(pair, { config, compile: compileWrite })
    case 'union':
      return compileUnion(pair, config)
    case 'null':
      throw new RecordError(`${placed(path)} can't be written as null alone.`)
  }
}

const bounds: Readonly<Record<string, bigint>> = {
  int8: 1n << 7n,
  int16: 1n << 15n,
  int32: 1n << 31n,
  int64: 1n << 63n,
}

function compileInteger({ schema, type, path }: Pair): Write {
  const bound = bounds[schema.type]
  if (bound === undefined || (type.kind === 'int' && schema.type === 'int64'))
    throw mismatch({ schema, type, path })
  if (schema.name === logical.timestamp) {
    return (out, value) => {
      if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw wrong(path, 'a Date', value)
      writeInteger(out, value.getTime())
    }
  }
  const most = Number(bound)
  return (out, value) => {
    const isNumber = Number.isSafeInteger(value) && (value as number) >= -most && (value as number) < most
    const isBig = typeof value === 'bigint' && value >= -bound && value < bound
    if (!isNumber && !isBig) throw wrong(path, schema.type, value)
    writeInteger(out, value as number | bigint)
  }
}

const floating = new Set(['float32', 'float64', 'int8', 'int16', 'int32', 'int64'])

function compileFloating({ schema, type, path }: Pair): Write {
  const narrowed = type.kind === 'float' && schema.type === 'float64'
  if (!floating.has(schema.type) || narrowed || schema.name === logical.timestamp) {
    throw mismatch({ schema, type, path })
  }
  const single = type.kind === 'float'
  return (out, value) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') throw wrong(path, 'a number', value)
    if (single) out.float(Number(value))
    else out.double(Number(value))
  }
}

function compileSimple({ schema, type, path }: Pair, kind: 'boolean' | 'string', write: Write): Write {
  if (schema.type !== kind) throw mismatch({ schema, type, path })
  return (out, value) => {
    if (typeof value !== kind) throw wrong(path, kind, value)
    write(out, value)
  }
}

function compileEnum({ schema, type, path }: Pair, symbols: readonly string[]): Write {
  if (schema.type !== 'string') throw mismatch({ schema, type, path })
  const indices = new Map(symbols.map((symbol, index) => [symbol, index]))
  return (out, value) => {
    const index = indices.get(value as string)
    if (index === undefined) throw wrong(path, `one of the symbols ${symbols.join(', ')}`, value)
    writeInteger(out, index)
  }
}

function compileBytes({ schema, type, path }: Pair, size: number | undefined): Write {
  if (schema.type !== 'bytes' || type.kind === 'union') throw mismatch({ schema, type, path })
  const isDecimal = schema.name === logical.decimal
  const scale = scaleOf(schema)
  const { logicalType, scale: written = 0 } = type.properties
  if (isDecimal !== (logicalType === 'decimal') || (isDecimal && written !== scale)) {
    throw mismatch({ schema, type, path })
  }
  const asBytes = isDecimal
    ? (value: unknown) => {
        if (typeof value !== 'string') throw wrong(path, 'a Decimal (a string)', value)
        return twosComplement(unscaledDecimal(value, scale), size)
      }
    : (value: unknown) => {
        if (!(value instanceof Uint8Array)) throw wrong(path, 'bytes', value)
        if (size !== undefined && value.length !== size) throw wrong(path, `${size} bytes`, value)
        return value
      }
  if (size === undefined) return (out, value) => writeBytes(out, asBytes(value))
  return (out, value) => out.put(asBytes(value))
}

function compileArray({ schema, type, path }: Pair, config: AvroDataConfig): Write {
  if (schema.type !== 'array' || type.kind !== 'array') throw mismatch({ schema, type, path })
  const write = compileWrite({ schema: schema.items, type: type.items, path: `${path}[]` }, config)
  return (out, value) => {
    if (!Array.isArray(value)) throw wrong(path, 'an array', value)
    writeItems(out, value, write)
  }
}

function compileMap({ schema, type, path }: Pair, config: AvroDataConfig): Write {
  if (schema.type !== 'map' || type.kind !== 'map' || schema.keys.type !== 'string') {
    throw mismatch({ schema, type, path })
  }
  const write = compileWrite({ schema: schema.values, type: type.values, path: `${path}{}` }, config)
  return (out, value) => {
    writeItems(out, entriesOf(path, value), (to, [key, item]) => {
      if (typeof key !== 'string') throw wrong(`${path}{}`, 'a string as a key', key)
      writeText(to, key)
      write(to, item)
    })
  }
}

/** A map whose keys are no strings, as an array of records of a key and a value. */
function compileEntries({ schema, type, path }: Pair, config: AvroDataConfig): Write {
  if (schema.type !== 'map' || type.kind !== 'array' || !isMapEntry(type.items)) {
    throw mismatch({ schema, type, path })
  }
  const [key, value] = type.items.fields
  const writeKey = compileWrite({ schema: schema.keys, type: key!.type, path: `${path}{}` }, config)
  const writeValue = compileWrite({ schema: schema.values, type: value!.type, path: `${path}{}` }, config)
  return (out, map) => {
    writeItems(out, entriesOf(path, map), (to, [k, v]) => {
      writeKey(to, k)
      writeValue(to, v)
    })
  }
}

function writeItems<T>(
  out: ByteWriter,
  items: readonly T[],
  write: (out: ByteWriter, item: T) => void,
): void {
  if (items.length > 0) {
    writeInteger(out, items.length)
    for (const item of items) write(out, item)
  }
  writeInteger(out, 0)
}

function entriesOf(path: string, value: unknown): readonly (readonly [unknown, unknown])[] {
  if (value instanceof Map) return [...value]
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value)
  throw wrong(path, 'a map', value)
}
