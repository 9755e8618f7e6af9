import { logical, RecordError, type RecordSchema, scaleOf } from '@sluice/template'
import {
  dateFromFields,
  decimalFromFields,
  type Fields,
  timeFromFields,
  timestampFromFields,
} from './logical-values.ts'
import { type EnumType, type MessageType, type ProtoField, shortName } from './message-type.ts'
import type { ProtobufDataConfig } from './protobuf-fields.ts'
import { ProtoReader } from './proto-reader.ts'
import { scalars, wire } from './scalars.ts'
import { oneofField, wrappedSchema } from './to-connect.ts'

/** Reads the value of a message, whose parts may be apart. */
export type ReadMessage = (bytes: Uint8Array) => unknown

/** Compiles a message and what it is in Connect into what reads it. The result throws a RecordError for bytes that are none. */
export function compileReadMessage(
  message: MessageType,
  schema: RecordSchema,
  config: ProtobufDataConfig,
): ReadMessage {
  const convert = converterOf(schema)
  if (convert) {
    const read = compileFields(message)
    return (bytes) => convert(read(bytes))
  }
  if (schema.type !== 'struct') {
    const read = compileFields(message)
    return (bytes) => read(bytes)['value']
  }
  return compileStruct(message, schema, config)
}

/** How what one field brings is put together. */
interface FieldReader {
  readonly field: ProtoField
  readonly name: string
  /** The struct's field of the oneof that it is part of. */
  readonly union: string | undefined
  /** Reads one value. */
  readonly read: (from: ProtoReader) => unknown
  readonly wire: number
  /** Where the field is absent. */
  readonly absent: unknown
  /** A message's values that come apart are one. */
  readonly merged: ReadMessage | undefined
}

function compileStruct(
  message: MessageType,
  schema: RecordSchema & { readonly type: 'struct' },
  config: ProtobufDataConfig,
): ReadMessage {
  const schemaOf = new Map(schema.fields.map((field) => [field.name, field.schema]))
  const readers = message.fields.map((field): FieldReader => {
    const union = field.oneof === undefined ? undefined : oneofField(message, field.oneof)
    const within =
      union === undefined ? schemaOf.get(field.name)! : memberSchema(schemaOf.get(union)!, field.name)
    return { ...compileField(field, within, config), union }
  })
  const byNumber = new Map(readers.map((reader) => [reader.field.number, reader]))
  const unions = message.oneofs.map((oneof) => ({
    name: oneofField(message, oneof),
    members: message.fields.filter((field) => field.oneof === oneof).map(({ name }) => name),
  }))
  return (bytes) => {
    const found = collect(bytes, byNumber)
    const whole: Record<string, unknown> = {}
    for (const { name, members } of unions) whole[name] = unionValue(members, found)
    for (const reader of readers)
      if (reader.union === undefined) whole[reader.name] = valueOf(reader, found.get(reader.name))
    return whole
  }
}

function memberSchema(union: RecordSchema, name: string): RecordSchema {
  return union.type === 'struct' ? union.fields.find((field) => field.name === name)!.schema : union
}

/** The member that came last, of which alone something is kept. */
function unionValue(members: readonly string[], found: Found): unknown {
  const last = [...found.keys()].findLast((name) => members.includes(name))
  if (last === undefined) return null
  const { reader, values } = found.get(last)!
  const value = finished(reader, values)
  return Object.fromEntries(members.map((name) => [name, name === last ? value : null]))
}

type Found = ReadonlyMap<string, { readonly reader: FieldReader; readonly values: readonly unknown[] }>

/** All values of all fields; a field that comes again is moved to the end. */
function collect(bytes: Uint8Array, byNumber: ReadonlyMap<number, FieldReader>): Found {
  const from = new ProtoReader(bytes)
  const found = new Map<string, { reader: FieldReader; values: unknown[] }>()
  while (!from.done) {
    const key = Number(from.varint())
    const wireType = key & 7
    const reader = byNumber.get(Math.floor(key / 8))
    if (!reader) {
      from.pass(wireType)
      continue
    }
    const entry = found.get(reader.name) ?? { reader, values: [] }
    found.delete(reader.name)
    found.set(reader.name, entry)
    readInto(entry.values, reader, from, wireType)
  }
  return found
}

function readInto(values: unknown[], reader: FieldReader, from: ProtoReader, wireType: number): void {
  if (wireType === reader.wire) {
    values.push(reader.read(from))
    return
  }
  // packed or not, both are understood
  if (wireType !== wire.sized || !reader.field.repeated) {
    throw new RecordError(
      `The field ${reader.name} has a value of the kind ${wireType}, where its Protobuf schema says ${reader.wire}.`,
    )
  }
  const packed = new ProtoReader(from.sized())
  while (!packed.done) values.push(reader.read(packed))
}

function valueOf(reader: FieldReader, entry: { readonly values: readonly unknown[] } | undefined): unknown {
  if (entry) return finished(reader, entry.values)
  if (!reader.field.repeated) return reader.absent
  return reader.field.isMap ? new Map() : []
}

function finished({ field, merged }: FieldReader, values: readonly unknown[]): unknown {
  if (field.isMap) return new Map(values as readonly (readonly [unknown, unknown])[])
  if (field.repeated) return values
  if (!merged) return values.at(-1)
  return merged(
    values.length === 1 ? (values[0] as Uint8Array) : Buffer.concat(values as readonly Uint8Array[]),
  )
}

function compileField(
  field: ProtoField,
  schema: RecordSchema,
  config: ProtobufDataConfig,
): Omit<FieldReader, 'union'> {
  const single = schema.type === 'array' && field.repeated && !field.isMap ? schema.items : schema
  const { type, name } = field
  const base = { field, name, merged: undefined }
  if (typeof type === 'string') {
    const { read, wire: kind, zero } = scalars[type]
    return { ...base, read: narrowed(single, read), wire: kind, absent: field.presence ? null : zero }
  }
  if (type.kind === 'enum') {
    const read = compileEnum(type, single)
    const zero = [...type.values.values()][0] ?? 0
    return {
      ...base,
      read: (from) => read(int32Of(from)),
      wire: wire.varint,
      absent: field.presence ? null : read(zero),
    }
  }
  if (field.isMap) {
    const read = compileEntry(type, single, config)
    return { ...base, read: (from) => read(from.sized()), wire: wire.sized, absent: null }
  }
  const read = isWrapped(type, single) ? compileFieldsValue(type) : compileReadMessage(type, single, config)
  if (field.repeated) return { ...base, read: (from) => read(from.sized()), wire: wire.sized, absent: null }
  return { ...base, read: (from) => from.sized(), wire: wire.sized, absent: null, merged: read }
}

function int32Of(from: ProtoReader): number {
  return Number(BigInt.asIntN(32, from.varint()))
}

function isWrapped(type: MessageType, schema: RecordSchema): boolean {
  return wrappedSchema(type) !== undefined && schema.type !== 'struct'
}

function compileFieldsValue(type: MessageType): ReadMessage {
  const read = compileFields(type)
  return (bytes) => read(bytes)['value']
}

function narrowed(
  { type }: RecordSchema,
  read: (from: ProtoReader) => unknown,
): (from: ProtoReader) => unknown {
  if (type === 'int8') return (from) => (Number(read(from)) << 24) >> 24
  if (type === 'int16') return (from) => (Number(read(from)) << 16) >> 16
  return read
}

function compileEnum(type: EnumType, schema: RecordSchema): (number: number) => unknown {
  if (schema.type === 'int32') return (number) => number
  const symbols = new Map([...type.values].map(([symbol, number]) => [number, symbol]))
  // one that a newer writer knows
  return (number) => symbols.get(number) ?? `UNKNOWN_ENUM_VALUE_${shortName(type.name)}_${number}`
}

function compileEntry(
  type: MessageType,
  schema: RecordSchema,
  config: ProtobufDataConfig,
): (bytes: Uint8Array) => readonly [unknown, unknown] {
  if (schema.type !== 'map') throw new TypeError(`${type.name} is no map.`)
  const [key, value] = type.fields
  const readers = [
    { ...compileField(key!, schema.keys, config), union: undefined },
    { ...compileField(value!, schema.values, config), union: undefined },
  ] as const
  const byNumber = new Map(readers.map((reader) => [reader.field.number, reader]))
  return (bytes) => {
    const found = collect(bytes, byNumber)
    return [valueOf(readers[0], found.get('key')), valueOf(readers[1], found.get('value'))]
  }
}

/** Scalar fields of a message, by name; zero where they are absent. */
function compileFields(message: MessageType): (bytes: Uint8Array) => Fields {
  const readers = message.fields.flatMap((field) => {
    if (typeof field.type !== 'string') return []
    const { read, wire: kind, zero } = scalars[field.type]
    return [{ field, name: field.name, union: undefined, merged: undefined, read, wire: kind, absent: zero }]
  })
  const byNumber = new Map(readers.map((reader) => [reader.field.number, reader]))
  return (bytes) => {
    const found = collect(bytes, byNumber)
    return Object.fromEntries(readers.map((reader) => [reader.name, valueOf(reader, found.get(reader.name))]))
  }
}

function converterOf(schema: RecordSchema): ((fields: Fields) => unknown) | undefined {
  switch (schema.name) {
    case logical.decimal:
      return (fields) => decimalFromFields(fields, scaleOf(schema))
    case logical.date:
      return dateFromFields
    case logical.time:
      return timeFromFields
    case logical.timestamp:
      return timestampFromFields
    default:
      return undefined
  }
}
