import { RecordError } from '@sluice/template'
import type protobuf from 'protobufjs'
import type { NamedSchema } from '../registry/registry.ts'
import { knownFiles } from './known-files.ts'
import { protobufjs } from './load-protobufjs.ts'
import {
  type EnumType,
  type MessageType,
  type ProtoField,
  type ScalarKind,
  shortName,
} from './message-type.ts'
import { entryField } from './names.ts'

/** A message that is declared in a file, with those inside it: a record says which by their places. */
export interface Declared {
  readonly type: MessageType
  readonly inside: readonly Declared[]
}

/** Reads a .proto file; `references` are files that it imports. Throws a RecordError for what is none. */
export function parseProto(text: string, references: readonly NamedSchema[] = []): readonly Declared[] {
  try {
    return new Parsing(text, references).declared()
  } catch (cause) {
    if (cause instanceof RecordError) throw cause
    throw new RecordError(`The Protobuf schema can't be read: ${(cause as Error).message}`, { cause })
  }
}

/** The message at a path of places, as a record names it. Throws a RecordError where there is none. */
export function declaredAt(file: readonly Declared[], path: readonly number[]): MessageType {
  let inside = file
  let found: Declared | undefined
  for (const place of path) {
    found = inside[place]
    if (!found) break
    inside = found.inside
  }
  if (found) return found.type
  throw new RecordError(
    `A record is of the message ${path.join('.')} of its Protobuf schema, which has none there.`,
  )
}

class Parsing {
  readonly #root = new (protobufjs().Root)()
  /** Of the file itself, by full name, in its order. */
  readonly #own: protobuf.ReflectionObject[]
  readonly #imported = new Set<string>()
  readonly #messages = new Map<protobuf.Type, MessageType>()

  constructor(text: string, references: readonly NamedSchema[]) {
    const files = new Map(references.map(({ name, text: one }) => [name, one]))
    const alone = new (protobufjs().Root)()
    const { package: name } = protobufjs().parse(text, alone, { keepCase: true })
    const space = name ? alone.lookup(name) : alone
    this.#own = space instanceof protobufjs().Namespace ? space.nestedArray : []
    this.#add(text, files)
    this.#root.resolveAll()
  }

  declared(): readonly Declared[] {
    return this.#own.flatMap((one) => (one instanceof protobufjs().Type ? [this.#declare(one)] : []))
  }

  #add(text: string, files: ReadonlyMap<string, string>): void {
    const { imports = [] } = protobufjs().parse(text, this.#root, { keepCase: true })
    for (const name of imports) this.#import(name, files)
  }

  #import(name: string, files: ReadonlyMap<string, string>): void {
    // options that are declared there are read without their declarations
    if (this.#imported.has(name) || name === 'confluent/meta.proto') return
    this.#imported.add(name)
    const common = protobufjs().common.get(name)
    const text = files.get(name) ?? knownFiles.get(name)
    if (text !== undefined) this.#add(text, files)
    else if (common)
      this.#root.addJSON((common as { nested: Record<string, protobuf.AnyNestedObject> }).nested)
    else if (!name.startsWith('google/protobuf/')) {
      throw new RecordError(`A Protobuf schema imports ${name}, which is not among its references.`)
    }
  }

  #declare(one: protobuf.Type): Declared {
    const resolved = this.#root.lookupType(one.fullName)
    const inside = one.nestedArray.flatMap((inner) =>
      inner instanceof protobufjs().Type ? [this.#declare(inner)] : [],
    )
    return { type: this.#messageOf(resolved), inside }
  }

  #messageOf(type: protobuf.Type): MessageType {
    const known = this.#messages.get(type)
    if (known) return known
    const fields: ProtoField[] = []
    const oneofs = type.oneofsArray.filter((one) => !one.isProto3Optional).map(({ name }) => name)
    const message: MessageType = { kind: 'message', name: type.fullName.slice(1), fields, oneofs }
    this.#messages.set(type, message)
    for (const field of type.fieldsArray) fields.push(this.#fieldOf(field, message.name))
    return message
  }

  #fieldOf(field: protobuf.Field, within: string): ProtoField {
    const oneof = field.partOf && !field.partOf.isProto3Optional ? field.partOf.name : undefined
    const base = {
      name: field.name,
      number: field.id,
      oneof,
      presence: oneof === undefined && !field.repeated && !field.map && hasPresence(field),
      meta: metaOf(field),
    }
    if (field.map) {
      const entry = this.#entryOf(field, `${within}.${field.name}`)
      return { ...base, type: entry, repeated: true, packed: false, isMap: true }
    }
    const type = this.#typeOf(field)
    const isMap = field.repeated && isEntry(type)
    const packed = field.repeated && field.packed && canBePacked(type)
    return { ...base, type, repeated: field.repeated, packed, isMap }
  }

  #typeOf(field: protobuf.Field): ProtoField['type'] {
    const { resolvedType } = field
    if (resolvedType instanceof protobufjs().Type) return this.#messageOf(resolvedType)
    if (resolvedType instanceof protobufjs().Enum) return enumOf(resolvedType)
    return field.type as ScalarKind
  }

  /** `map<K, V>` is short for a repeated message of a key and a value. */
  #entryOf(field: protobuf.Field, name: string): MessageType {
    const part = {
      repeated: false,
      packed: false,
      presence: false,
      oneof: undefined,
      isMap: false,
      meta: new Map(),
    }
    return {
      kind: 'message',
      name,
      oneofs: [],
      fields: [
        {
          ...part,
          name: 'key',
          number: 1,
          type: (field as protobuf.FieldBase as protobuf.MapField).keyType as ScalarKind,
        },
        { ...part, name: 'value', number: 2, type: this.#typeOf(field) },
      ],
    }
  }
}

function enumOf(one: protobuf.Enum): EnumType {
  return { kind: 'enum', name: one.fullName.slice(1), values: new Map(Object.entries(one.values)) }
}

/** Only numbers come one after another without anything between. */
function canBePacked(type: ProtoField['type']): boolean {
  return typeof type === 'string' ? type !== 'string' && type !== 'bytes' : type.kind === 'enum'
}

function isEntry(type: ProtoField['type']): boolean {
  if (typeof type === 'string' || type.kind === 'enum') return false
  const [key, value] = type.fields
  return (
    entryField(shortName(type.name)) !== undefined &&
    type.fields.length === 2 &&
    key!.name === 'key' &&
    value!.name === 'value' &&
    !key!.repeated &&
    !value!.repeated
  )
}

function hasPresence(field: protobuf.Field): boolean {
  return (
    field.resolvedType instanceof protobufjs().Type ||
    field.partOf?.isProto3Optional === true ||
    field.hasPresence
  )
}

/** `confluent.field_meta` of a field: its parameters. */
function metaOf(field: protobuf.Field): ReadonlyMap<string, string> {
  const options = (field.parsedOptions ?? []) as readonly Readonly<Record<string, unknown>>[]
  const metas = options
    .flatMap((option) => Object.entries(option))
    .filter(([name]) => name.includes('confluent.field_meta'))
  const parameters = metas.flatMap(([, meta]) => {
    const { params } = (meta ?? {}) as { readonly params?: unknown }
    return Array.isArray(params) ? (params as readonly unknown[]) : params === undefined ? [] : [params]
  })
  return new Map(
    parameters.flatMap((one) => {
      const { key, value } = (one ?? {}) as { readonly key?: unknown; readonly value?: unknown }
      return typeof key === 'string' ? [[key, String(value)] as const] : []
    }),
  )
}
