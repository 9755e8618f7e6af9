import {
  date,
  decimal,
  isDecimalScale,
  RecordError,
  type RecordSchema,
  type StructField,
  time,
  timestamp,
} from '@sluice/template'
import {
  type EnumType,
  type MessageType,
  type ProtoField,
  type ScalarKind,
  shortName,
} from './message-type.ts'
import * as names from './names.ts'
import type { ProtobufDataConfig } from './protobuf-fields.ts'

/**
 * A message as Connect's schema, with the names and parameters of Confluent's ProtobufData. Throws a RecordError for a message that contains
 * itself, which schemas of Connect can't.
 */
export function toConnect(message: MessageType, config: ProtobufDataConfig): RecordSchema {
  const wrapped = config.wrapperForRawPrimitives ? wrappedSchema(message) : undefined
  return wrapped ?? structOf(message, { config, open: new Set() })
}

/** The one field of the messages that hold a single value. */
const wrapped: Readonly<Record<string, RecordSchema>> = {
  'google.protobuf.DoubleValue': { type: 'float64' },
  'google.protobuf.FloatValue': { type: 'float32' },
  'google.protobuf.Int64Value': { type: 'int64' },
  'google.protobuf.UInt64Value': { type: 'int64' },
  'google.protobuf.Int32Value': { type: 'int32' },
  'google.protobuf.UInt32Value': { type: 'int64' },
  'google.protobuf.BoolValue': { type: 'boolean' },
  'google.protobuf.StringValue': { type: 'string' },
  'google.protobuf.BytesValue': { type: 'bytes' },
}

/** What a message that only holds a value is read as; undefined for any other. */
export function wrappedSchema({ name }: MessageType): RecordSchema | undefined {
  return Object.hasOwn(wrapped, name) ? wrapped[name] : undefined
}

/** The field of a struct that stands for a oneof. */
export function oneofField(message: MessageType, oneof: string): string {
  return `${oneof}_${message.oneofs.indexOf(oneof)}`
}

interface Reading {
  readonly config: ProtobufDataConfig
  /** Messages that are being read. */
  readonly open: ReadonlySet<MessageType>
}

function structOf(message: MessageType, reading: Reading): RecordSchema & { readonly type: 'struct' } {
  if (reading.open.has(message)) {
    throw new RecordError(`The message ${message.name} contains itself, which schemas of Connect can't.`)
  }
  const below = { ...reading, open: new Set([...reading.open, message]) }
  const unions: readonly StructField[] = message.oneofs.map((oneof) => ({
    name: oneofField(message, oneof),
    schema: unionOf(message, oneof, below),
  }))
  const fields = message.fields
    .filter((field) => field.oneof === undefined)
    .map((field) => ({ name: field.name, schema: fieldSchema(field, below) }))
  return { type: 'struct', name: nameOf(message, reading), fields: [...unions, ...fields] }
}

function unionOf(message: MessageType, oneof: string, reading: Reading): RecordSchema {
  const { generalizedSumTypeSupport: general, enhancedProtobufSchemaSupport: full } = reading.config
  const fields = message.fields.filter((field) => field.oneof === oneof)
  const name = full ? `${message.name}.${oneof}` : oneof
  return {
    type: 'struct',
    name: general ? oneof : names.unionPrefix + name,
    optional: true,
    fields: fields.map((field) => ({ name: field.name, schema: fieldSchema(field, reading) })),
    ...(general && { parameters: { [names.generalUnion]: oneof } }),
  }
}

function fieldSchema(field: ProtoField, reading: Reading): RecordSchema {
  const { optionalForNullables, wrapperForNullables } = reading.config
  const single = singleSchema(field, reading)
  const isList = field.repeated && !field.isMap
  const base: RecordSchema = isList ? { type: 'array', items: { ...single, optional: true } } : single
  const canBeNull =
    isList || single.optional === true || (optionalForNullables ? field.presence : !wrapperForNullables)
  return {
    ...base,
    ...(canBeNull && { optional: true }),
    parameters: { ...base.parameters, [names.tag]: String(field.number) },
  }
}

function singleSchema(field: ProtoField, reading: Reading): RecordSchema {
  const { type, meta } = field
  if (typeof type === 'string') return scalarSchema(type, meta)
  return type.kind === 'enum' ? enumSchema(type, reading) : messageSchema(field, type, reading)
}

const int32 = new Set<ScalarKind>(['int32', 'sint32', 'sfixed32'])
const others: Readonly<Partial<Record<ScalarKind, RecordSchema>>> = {
  double: { type: 'float64' },
  float: { type: 'float32' },
  bool: { type: 'boolean' },
  string: { type: 'string' },
  bytes: { type: 'bytes' },
}

function scalarSchema(type: ScalarKind, meta: ProtoField['meta']): RecordSchema {
  const own = others[type]
  if (own) return own
  const noted = meta.get(names.connectType)
  if (int32.has(type) && (noted === 'int8' || noted === 'int16')) return { type: noted }
  const base: RecordSchema = { type: int32.has(type) ? 'int32' : 'int64' }
  return type === base.type ? base : { ...base, parameters: { [names.scalarType]: type } }
}

function enumSchema(type: EnumType, { config }: Reading): RecordSchema {
  const parameter = config.generalizedSumTypeSupport ? names.generalEnum : names.enumName
  const values = [...type.values].map(([symbol, number]) => [`${parameter}.${symbol}`, String(number)])
  return {
    type: config.intForEnums ? 'int32' : 'string',
    name: config.enhancedProtobufSchemaSupport ? type.name : shortName(type.name),
    optional: true,
    parameters: { [parameter]: shortName(type.name), ...Object.fromEntries(values) },
  }
}

function messageSchema({ meta, isMap }: ProtoField, type: MessageType, reading: Reading): RecordSchema {
  const optional = true
  switch (type.name) {
    case names.decimalType: {
      const precision = meta.get('precision')
      const base = decimal(wholeOf(meta.get('scale')), { optional })
      if (precision === undefined) return base
      return { ...base, parameters: { ...base.parameters, [names.connectPrecision]: precision } }
    }
    case names.dateType:
      return date({ optional })
    case names.timeType:
      return time({ optional })
    case names.timestampType:
      return timestamp({ optional })
  }
  if (isMap) return { ...mapOf(type, reading), optional }
  const single = reading.config.wrapperForNullables ? wrappedSchema(type) : undefined
  return { ...(single ?? structOf(type, reading)), optional }
}

function mapOf(entry: MessageType, reading: Reading): RecordSchema {
  const [key, value] = entry.fields
  const name = names.entryField(shortName(entry.name))
  return {
    type: 'map',
    keys: fieldSchema(key!, reading),
    values: fieldSchema(value!, reading),
    ...(name !== undefined && {
      name: reading.config.enhancedProtobufSchemaSupport ? qualified(entry, name) : name,
    }),
  }
}

function qualified(entry: MessageType, name: string): string {
  return entry.name.slice(0, -shortName(entry.name).length) + name
}

function nameOf({ name }: MessageType, { config }: Reading): string {
  return config.enhancedProtobufSchemaSupport ? name : shortName(name)
}

function wholeOf(text: string | undefined): number {
  const value = Number(text ?? 0)
  return isDecimalScale(value) ? value : 0
}
