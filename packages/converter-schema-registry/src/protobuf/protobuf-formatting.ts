import { logical, RecordError, type RecordSchema } from '@sluice/template'
import type { RegisteredSchema } from '../registry/registry.ts'
import { schemaDifferences } from '../schema-differences.ts'
import type { Converted, SchemaFormatting, WriteValue } from '../schema-plans.ts'
import type { ReadRecord } from '../value-reading.ts'
import { prefixBytes } from '../wire-format.ts'
import { compileReadMessage, type ReadMessage } from './compile-read.ts'
import { compileWriteMessage } from './compile-write.ts'
import { wrapperOf } from './data-type.ts'
import { wrappersFile } from './known-files.ts'
import { readPath, writePath } from './message-index.ts'
import { type MessageType, shortName } from './message-type.ts'
import { type Declared, declaredAt, parseProto } from './parse-proto.ts'
import { printProto } from './print-proto.ts'
import type { ProtobufDataConfig } from './protobuf-fields.ts'
import { protoName } from './proto-names.ts'
import { ProtoReader } from './proto-reader.ts'
import { toConnect } from './to-connect.ts'

/** A message of a file, and where it stands there. */
export interface Placed {
  readonly message: MessageType
  readonly path: readonly number[]
}

/** Connect's schemas as Protobuf's messages. */
export function protobufFormatting(config: ProtobufDataConfig): SchemaFormatting<readonly Placed[]> {
  return {
    convert: (schema) => convert(schema, config),
    parse: ({ text, references }) => placedIn(parseProto(text, references)),
    compile: (schema, placed) => compile(schema, placed, config),
  }
}

/** Compiles what reads records of a schema: each says which of its messages it is. */
export function compileProtobufReader(registered: RegisteredSchema, config: ProtobufDataConfig): ReadRecord {
  const file = parseProto(registered.text, registered.references)
  const readers = new Map<string, { schema: RecordSchema; read: ReadMessage }>()
  return (bytes) => {
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const from = new ProtoReader(all, prefixBytes)
    const path = readPath(from)
    const key = path.join('.')
    let reader = readers.get(key)
    if (!reader) {
      const message = declaredAt(file, path)
      const schema = toConnect(message, config)
      reader = { schema, read: compileReadMessage(message, schema, config) }
      readers.set(key, reader)
    }
    return { schema: reader.schema, value: reader.read(from) }
  }
}

/** How a schema differs from the version before it; nothing where one of them can't be read. */
export function explainProtobuf(
  before: RegisteredSchema,
  text: string,
  config: ProtobufDataConfig,
): readonly string[] {
  try {
    const [old] = placedIn(parseProto(before.text, before.references))
    const [own] = placedIn(parseProto(text))
    return old && own ? schemaDifferences(toConnect(old.message, config), toConnect(own.message, config)) : []
  } catch {
    return []
  }
}

function convert(schema: RecordSchema | undefined, config: ProtobufDataConfig): Converted<readonly Placed[]> {
  if (!schema) {
    throw new RecordError(
      'A value without a schema can’t be written as Protobuf. Let the source give one, or use another converter.',
    )
  }
  if (schema.type === 'array' || schema.type === 'map' || isLogical(schema)) {
    throw new RecordError(
      `A value of the type ${schema.name ?? schema.type} can’t be a Protobuf message by itself.`,
    )
  }
  if (schema.type === 'struct') {
    const { text, name } = printProto(schema, config)
    return { type: named(placedIn(parseProto(text)), name), text, record: name }
  }
  const name = wrapperOf(schema)
  return { type: named(placedIn(parseProto(wrappersFile)), name), text: wrappersFile, record: name }
}

function compile(
  schema: RecordSchema | undefined,
  placed: readonly Placed[],
  config: ProtobufDataConfig,
): WriteValue {
  if (!schema) throw new RecordError('A value without a schema can’t be written as Protobuf.')
  const wanted =
    schema.type === 'struct'
      ? schema.name && protoName(shortName(schema.name), 'The message', config)
      : undefined
  const chosen = placed.find(({ message }) => shortName(message.name) === wanted) ?? placed[0]
  if (!chosen) throw new RecordError('The Protobuf schema that is to be written has no message.')
  const write = compileWriteMessage(schema, chosen.message, { config, path: '' })
  return (out, value) => {
    if (value === null || value === undefined)
      throw new RecordError('The value is null, but its schema is not optional.')
    writePath(out, chosen.path)
    write(out, value)
  }
}

function named(placed: readonly Placed[], name: string): readonly Placed[] {
  return placed.filter(({ message }) => message.name === name)
}

/** All messages of a file, outer ones first. */
function placedIn(file: readonly Declared[], above: readonly number[] = []): readonly Placed[] {
  const here = file.map(({ type }, place): Placed => ({ message: type, path: [...above, place] }))
  return [...here, ...file.flatMap(({ inside }, place) => placedIn(inside, [...above, place]))]
}

function isLogical({ name }: RecordSchema): boolean {
  return (Object.values(logical) as readonly (string | undefined)[]).includes(name)
}
