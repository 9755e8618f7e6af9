import { RecordError, type RecordSchema } from '@sluice/template'
import type { ByteWriter } from '../byte-writer.ts'
import { isUnion } from './kinds.ts'
import type { Fields } from './logical-values.ts'
import type { MessageType, ProtoField } from './message-type.ts'
import type { ProtobufDataConfig } from './protobuf-fields.ts'
import { protoName } from './proto-names.ts'
import { wire } from './scalars.ts'
import {
  compileEnum,
  compileLogical,
  compileScalar,
  mismatch,
  tagOf,
  type ValueWriter,
  type Write,
  wrong,
} from './value-writers.ts'

interface Writing {
  readonly config: ProtobufDataConfig
  readonly path: string
}

/** Compiles what writes values of a schema as a message. Throws a RecordError that names the field where the two don't fit. */
export function compileWriteMessage(
  schema: RecordSchema,
  message: MessageType,
  { config, path }: Writing,
): Write {
  if (schema.type !== 'struct') return compileWrapped(schema, message, { config, path })
  const fields = schema.fields.flatMap((field) => compileStructField(field, message, { config, path }))
  const ordered = fields.toSorted((a, b) => a.number - b.number)
  return (out, value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw wrong(path, 'a struct', value)
    for (const field of ordered) field.write(out, value as Fields)
  }
}

interface FieldWriter {
  readonly number: number
  readonly write: (out: ByteWriter, struct: Fields) => void
}

function compileStructField(
  { name, schema }: { readonly name: string; readonly schema: RecordSchema },
  message: MessageType,
  { config, path }: Writing,
): readonly FieldWriter[] {
  const at = path === '' ? name : `${path}.${name}`
  if (schema.type === 'struct' && isUnion(schema)) return compileUnion({ name, schema, at }, message, config)
  const field = fieldOf(message, name, { config, path })
  const write = compileField(field, schema, { config, path: at })
  const { default: fallback } = schema
  return [
    {
      number: field.number,
      write: (out, struct) => {
        const value = struct[name] ?? fallback
        if (value !== null && value !== undefined) write(out, value)
        else if (!schema.optional)
          throw new RecordError(`The field ${at} is null, but its schema is not optional.`)
      },
    },
  ]
}

/** Each member of a oneof is a field of the message. */
function compileUnion(
  {
    name,
    schema,
    at,
  }: {
    readonly name: string
    readonly schema: RecordSchema & { readonly type: 'struct' }
    readonly at: string
  },
  message: MessageType,
  config: ProtobufDataConfig,
): readonly FieldWriter[] {
  return schema.fields.map((member) => {
    const field = fieldOf(message, member.name, { config, path: at })
    const write = compileField(field, member.schema, { config, path: `${at}.${member.name}` })
    return {
      number: field.number,
      write: (out, struct) => {
        const value = (struct[name] as Fields | null | undefined)?.[member.name]
        if (value !== null && value !== undefined) write(out, value)
      },
    }
  })
}

function fieldOf(message: MessageType, name: string, { config, path }: Writing): ProtoField {
  const written = protoName(name, 'The field', config)
  const field = message.fields.find((one) => one.name === written)
  if (field) return field
  throw new RecordError(
    `The field ${path === '' ? name : `${path}.${name}`} is not in the message ${message.name} that is to be written.`,
  )
}

function compileField(field: ProtoField, schema: RecordSchema, writing: Writing): Write {
  const { path } = writing
  if (field.isMap) return compileMap(field, schema, writing)
  const single = field.repeated && schema.type === 'array' ? schema.items : schema
  if (field.repeated !== (schema.type === 'array')) throw mismatch(path, schema, field)
  const writer = compileValue(field, single, writing)
  const tag = tagOf(field.number, field.packed ? wire.sized : writer.wire)
  if (!field.repeated) {
    const always = field.presence || field.oneof !== undefined
    return (out, value) => {
      if (!always && writer.isZero(value)) {
        // what is left out is held against the schema all the same
        return
      }
      out.varint(tag)
      writer.write(out, value)
    }
  }
  return (out, value) => {
    if (!Array.isArray(value)) throw wrong(path, 'an array', value)
    if (value.length === 0) return
    if (field.packed) writePacked(out, tag, value, writer, path)
    else writeEach(out, tag, value, writer, path)
  }
}

function writePacked(
  out: ByteWriter,
  tag: number,
  values: readonly unknown[],
  writer: ValueWriter,
  path: string,
): void {
  out.varint(tag)
  const start = out.at
  for (const value of values) writer.write(out, notNull(value, path))
  out.prefixLength(start)
}

function writeEach(
  out: ByteWriter,
  tag: number,
  values: readonly unknown[],
  writer: ValueWriter,
  path: string,
): void {
  for (const value of values) {
    out.varint(tag)
    writer.write(out, notNull(value, path))
  }
}

function notNull(value: unknown, path: string): unknown {
  if (value !== null && value !== undefined) return value
  throw new RecordError(`The field ${path} has an item that is null, which Protobuf does not have.`)
}

function compileMap(field: ProtoField, schema: RecordSchema, { config, path }: Writing): Write {
  if (schema.type !== 'map' || typeof field.type === 'string' || field.type.kind !== 'message') {
    throw mismatch(path, schema, field)
  }
  const [key, value] = field.type.fields
  const writeKey = compileField(key!, schema.keys, { config, path: `${path}{}` })
  const writeValue = compileField(value!, schema.values, { config, path: `${path}{}` })
  const tag = tagOf(field.number, wire.sized)
  return (out, map) => {
    if (typeof map !== 'object' || Array.isArray(map)) throw wrong(path, 'a map', map)
    for (const [k, v] of map instanceof Map ? map : Object.entries(map as object)) {
      out.varint(tag)
      const start = out.at
      if (k !== null && k !== undefined) writeKey(out, k)
      if (v !== null && v !== undefined) writeValue(out, v)
      out.prefixLength(start)
    }
  }
}

function compileValue(field: ProtoField, schema: RecordSchema, { config, path }: Writing): ValueWriter {
  const { type } = field
  if (typeof type === 'string') return compileScalar(field, schema, path)
  if (type.kind === 'enum') return compileEnum(type, schema, path)
  const write = compileLogical(schema, type, path) ?? compileWriteMessage(schema, type, { config, path })
  return {
    wire: wire.sized,
    isZero: () => false,
    write: (out, value) => {
      const start = out.at
      write(out, value)
      out.prefixLength(start)
    },
  }
}

/** A value alone, in a message that holds nothing else. */
function compileWrapped(schema: RecordSchema, message: MessageType, { config, path }: Writing): Write {
  const field = message.fields.find((one) => one.name === 'value')
  if (!field || message.fields.length > 1) {
    throw new RecordError(
      `${path === '' ? 'The value' : `The field ${path}`} is no struct, but ${message.name} is to be written.`,
    )
  }
  return compileField(field, schema, { config, path })
}
