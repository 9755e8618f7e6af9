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

/** Reads the value of a message to the end of what it is given. */
export type ReadMessage = (from: ProtoReader) => unknown

/** Compiles a message and what it is in Connect into what reads it. The result throws a RecordError for bytes that are none. */
export function compileReadMessage(
  message: MessageType,
  schema: RecordSchema,
  config: ProtobufDataConfig,
): ReadMessage {
  const convert = converterOf(schema)
  if (convert) {
    const read = compileFields(message)
    return (from) => convert(read(from))
  }
  return schema.type === 'struct' ? compileStruct(message, schema, config) : compileValueField(message)
}

/** How what one field brings is put together. */
interface FieldReader {
  readonly field: ProtoField
  readonly name: string
  /** Its place in the value, as an index into what is found. */
  readonly at: number
  /** Reads one value. */
  readonly read: (from: ProtoReader) => unknown
  readonly wire: number
  /** Where the field is absent, and makes no new object each time. */
  readonly absent: unknown
  /** A message's values that come apart are one: what is found is its bytes. */
  readonly merged: ReadMessage | undefined
}

/** What was found of each field, by its place: nothing, its value, or a list of them. */
type Found = unknown[]

function compileStruct(
  message: MessageType,
  schema: RecordSchema & { readonly type: 'struct' },
  config: ProtobufDataConfig,
): ReadMessage {
  const schemaOf = new Map(schema.fields.map((field) => [field.name, field.schema]))
  const readers = message.fields.map((field, at): FieldReader => {
    const union = unionOf(message, field)
    const within =
      union === undefined ? schemaOf.get(field.name)! : memberSchema(schemaOf.get(union)!, field.name)
    return { ...compileField(field, within, config), at }
  })
  const alone = readers.filter(({ field }) => field.oneof === undefined)
  const unions = message.oneofs.map((oneof) => ({
    name: oneofField(message, oneof),
    members: readers.filter(({ field }) => field.oneof === oneof),
  }))
  const collect = compileCollect(readers)
  return (from) => {
    const order: number[] | undefined = unions.length > 0 ? [] : undefined
    const found = collect(from, order)
    const whole: Record<string, unknown> = {}
    for (const { name, members } of unions) whole[name] = unionValue(members, found, order!)
    for (const reader of alone) whole[reader.name] = valueOf(reader, found)
    return whole
  }
}

/** The struct's field of the oneof that a field is part of. */
function unionOf(message: MessageType, { oneof }: ProtoField): string | undefined {
  return oneof === undefined ? undefined : oneofField(message, oneof)
}

function memberSchema(union: RecordSchema, name: string): RecordSchema {
  return union.type === 'struct' ? union.fields.find((field) => field.name === name)!.schema : union
}

/** The member that came last, of which alone something is kept. */
function unionValue(
  members: readonly FieldReader[],
  found: Readonly<Found>,
  order: readonly number[],
): unknown {
  const last = order.findLast((at) => members.some((member) => member.at === at))
  if (last === undefined) return null
  return Object.fromEntries(
    members.map((member) => [member.name, member.at === last ? valueOf(member, found) : null]),
  )
}

/** Finds all values of all fields; `order` takes the places of fields as they come. */
type Collect = (from: ProtoReader, order?: number[]) => Found

function compileCollect(readers: readonly FieldReader[]): Collect {
  const byNumber = new Map(readers.map((reader) => [reader.field.number, reader]))
  return (from, order) => {
    const found: Found = readers.map(() => undefined)
    while (!from.done) {
      const key = from.uint()
      const wireType = key & 7
      const reader = byNumber.get((key - wireType) / 8)
      if (reader === undefined) {
        from.pass(wireType)
        continue
      }
      order?.push(reader.at)
      if (reader.field.repeated) readItems(found, reader, { from, wireType })
      else if (wireType !== reader.wire) throw otherWire(reader, wireType)
      else found[reader.at] = reader.merged ? parts(found[reader.at], from.sized()) : reader.read(from)
    }
    return found
  }
}

function parts(before: unknown, bytes: Buffer): Buffer {
  return before === undefined ? bytes : Buffer.concat([before as Buffer, bytes])
}

function readItems(
  found: Found,
  reader: FieldReader,
  { from, wireType }: { readonly from: ProtoReader; readonly wireType: number },
): void {
  const items = (found[reader.at] ??= []) as unknown[]
  if (wireType === reader.wire) {
    items.push(reader.read(from))
    return
  }
  // packed or not, both are understood
  if (wireType !== wire.sized) throw otherWire(reader, wireType)
  const packed = from.within()
  while (!packed.done) items.push(reader.read(packed))
}

function otherWire({ name, wire: wanted }: FieldReader, wireType: number): RecordError {
  return new RecordError(
    `The field ${name} has a value of the kind ${wireType}, where its Protobuf schema says ${wanted}.`,
  )
}

function valueOf({ field, at, absent, merged }: FieldReader, found: Readonly<Found>): unknown {
  const value = found[at]
  if (field.isMap) return new Map((value ?? []) as readonly (readonly [unknown, unknown])[])
  if (field.repeated) return value ?? []
  if (value === undefined) return absent
  return merged ? merged(new ProtoReader(value as Buffer)) : value
}

function compileField(
  field: ProtoField,
  schema: RecordSchema,
  config: ProtobufDataConfig,
): Omit<FieldReader, 'at'> {
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
      read: (from) => read(from.int32OfVarint()),
      wire: wire.varint,
      absent: field.presence ? null : read(zero),
    }
  }
  const read = compileWithin(type, { field, schema: single, config })
  const within = (from: ProtoReader): unknown => read(from.within())
  const merged = field.repeated ? undefined : read
  return { ...base, read: within, wire: wire.sized, absent: null, merged }
}

function compileWithin(
  type: MessageType,
  {
    field,
    schema,
    config,
  }: { readonly field: ProtoField; readonly schema: RecordSchema; readonly config: ProtobufDataConfig },
): ReadMessage {
  if (field.isMap) return compileEntry(type, schema, config)
  const isWrapped = wrappedSchema(type) !== undefined && schema.type !== 'struct'
  return isWrapped ? compileValueField(type) : compileReadMessage(type, schema, config)
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
): (from: ProtoReader) => readonly [unknown, unknown] {
  if (schema.type !== 'map') throw new TypeError(`${type.name} is no map.`)
  const [key, value] = type.fields
  const readers = [
    { ...compileField(key!, schema.keys, config), at: 0 },
    { ...compileField(value!, schema.values, config), at: 1 },
  ] as const
  const collect = compileCollect(readers)
  return (from) => {
    const found = collect(from)
    return [valueOf(readers[0], found), valueOf(readers[1], found)]
  }
}

/** Scalar fields of a message, by name; zero where they are absent. */
function compileFields(message: MessageType): (from: ProtoReader) => Fields {
  const scalarFields = message.fields.filter(({ type }) => typeof type === 'string')
  const readers = scalarFields.map((field, at): FieldReader => {
    const { read, wire: kind, zero } = scalars[field.type as keyof typeof scalars]
    return { field, name: field.name, at, merged: undefined, read, wire: kind, absent: zero }
  })
  const collect = compileCollect(readers)
  return (from) => {
    const found = collect(from)
    const fields: Record<string, unknown> = {}
    for (const reader of readers) fields[reader.name] = valueOf(reader, found)
    return fields
  }
}

/** A message that holds a value alone. */
function compileValueField(message: MessageType): ReadMessage {
  const read = compileFields(message)
  return (from) => read(from)['value']
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
