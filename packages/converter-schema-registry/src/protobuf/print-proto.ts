import { RecordError, type RecordSchema } from '@sluice/template'
import { protoName } from './proto-names.ts'
import { isEnum, isUnion } from './kinds.ts'
import { shortName } from './message-type.ts'
import * as names from './names.ts'
import type { ProtobufDataConfig } from './protobuf-fields.ts'
import { dataTypeOf } from './data-type.ts'

/** A schema as a .proto file: its text, and the full name of its message. Throws a RecordError for what Protobuf can't have. */
export function printProto(
  schema: RecordSchema & { readonly type: 'struct' },
  config: ProtobufDataConfig,
): { readonly text: string; readonly name: string } {
  return new Printing(config).file(schema)
}

/** What is declared inside a message. */
interface Inside {
  readonly lines: string[]
  /** Names of messages and enums, with the schema that each stands for. */
  readonly named: Map<string, RecordSchema>
}

class Printing {
  readonly #config: ProtobufDataConfig
  readonly #imports = new Set<string>()
  #unnamed = 0

  constructor(config: ProtobufDataConfig) {
    this.#config = config
  }

  file(schema: RecordSchema & { readonly type: 'struct' }): { text: string; name: string } {
    const full = schema.name ?? this.#nextName()
    const space = full.slice(0, -shortName(full).length - 1)
    const name = protoName(shortName(full), 'The message', this.#config)
    const message = this.#message(name, schema)
    const lines = [
      'syntax = "proto3";',
      ...(space === '' ? [] : [`package ${space};`]),
      '',
      ...[...this.#imports].toSorted().map((file) => `import "${file}";`),
      ...(this.#imports.size === 0 ? [] : ['']),
      ...message,
    ]
    return { text: `${lines.join('\n')}\n`, name: space === '' ? name : `${space}.${name}` }
  }

  #message(name: string, schema: RecordSchema & { readonly type: 'struct' }): readonly string[] {
    const inside: Inside = { lines: [], named: new Map() }
    const numbers = numbersOf(schema)
    const fields = schema.fields.flatMap(({ name: field, schema: inner }) =>
      isUnion(inner)
        ? this.#oneof({ field, schema: inner, inside, numbers })
        : [this.#field(field, inner, { inside, number: numbers.of(inner) })],
    )
    return [`message ${name} {`, ...[...fields, ...inside.lines].map((line) => `  ${line}`), '}']
  }

  #oneof(of: {
    readonly field: string
    readonly schema: RecordSchema
    readonly inside: Inside
    readonly numbers: Numbers
  }): readonly string[] {
    const { field, schema, inside, numbers } = of
    if (schema.type !== 'struct') return []
    const given = this.#config.generalizedSumTypeSupport
      ? schema.parameters?.[names.generalUnion]
      : schema.name?.slice(names.unionPrefix.length)
    const name = protoName(shortName(given ?? field), 'The oneof', this.#config)
    const members = schema.fields.map((member) =>
      this.#field(
        member.name,
        { ...member.schema, optional: false },
        { inside, number: numbers.of(member.schema) },
      ),
    )
    return [`oneof ${name} {`, ...members.map((line) => `  ${line}`), '}']
  }

  #field(
    name: string,
    schema: RecordSchema,
    { inside, number }: { readonly inside: Inside; readonly number: number },
  ): string {
    const written = protoName(name, 'The field', this.#config)
    const isList = schema.type === 'array'
    const own = isList ? schema.items : schema
    if (isList && (own.type === 'array' || own.type === 'map' || isUnion(own))) {
      throw new RecordError(`The field ${name} is an array of ${own.type}s, which Protobuf does not have.`)
    }
    const { type, file, meta } = this.#typeOf(own, { name: written, inside, isList })
    if (file !== undefined) this.#imports.add(file)
    if (meta.length > 0) this.#imports.add('confluent/meta.proto')
    const isOptional = this.#config.optionalForNullables && own.optional && own.type !== 'map'
    const label = isList || own.type === 'map' ? 'repeated ' : isOptional ? 'optional ' : ''
    return `${label}${type} ${written} = ${number}${optionText(meta)};`
  }

  #typeOf(
    schema: RecordSchema,
    { name, inside, isList }: { readonly name: string; readonly inside: Inside; readonly isList: boolean },
  ): Typed {
    if (schema.type === 'struct') return plain(this.#nested(schema, name, inside))
    if (schema.type === 'map') return plain(this.#entries(schema, inside))
    if (isEnum(schema)) return plain(this.#enum(schema, inside))
    return dataTypeOf(schema, {
      ...this.#config,
      wrapperForNullables: this.#config.wrapperForNullables && !isList,
    })
  }

  #nested(schema: RecordSchema & { readonly type: 'struct' }, field: string, inside: Inside): string {
    const short = protoName(shortName(schema.name ?? this.#nextName()), 'The message', this.#config)
    // a message and a field of one name can't be told apart
    const name = short === field ? `${short}Message` : short
    if (isNew(name, schema, inside)) inside.lines.push(...this.#message(name, schema))
    return name
  }

  #entries(schema: RecordSchema & { readonly type: 'map' }, inside: Inside): string {
    const name = names.entryName(
      protoName(shortName(schema.name ?? this.#nextName()), 'The map', this.#config),
    )
    if (!isNew(name, schema, inside)) return name
    for (const part of [schema.keys, schema.values]) {
      if (part.type === 'array' || part.type === 'map') {
        throw new RecordError(`A map has ${part.type}s as keys or values, which Protobuf does not have.`)
      }
    }
    const own: Inside = { lines: [], named: new Map() }
    const fields = [
      this.#field('key', schema.keys, { inside: own, number: 1 }),
      this.#field('value', schema.values, { inside: own, number: 2 }),
    ]
    inside.lines.push(`message ${name} {`, ...[...fields, ...own.lines].map((line) => `  ${line}`), '}')
    return name
  }

  #enum(schema: RecordSchema, inside: Inside): string {
    const parameters = schema.parameters ?? {}
    const parameter = this.#config.generalizedSumTypeSupport ? names.generalEnum : names.enumName
    const name = protoName(
      shortName(schema.name ?? parameters[parameter] ?? this.#nextName()),
      'The enum',
      this.#config,
    )
    if (!isNew(name, schema, inside)) return name
    const values = Object.entries(parameters).flatMap(([key, number]) =>
      key.startsWith(`${parameter}.`) ? [`  ${key.slice(parameter.length + 1)} = ${number};`] : [],
    )
    inside.lines.push(`enum ${name} {`, ...values, '}')
    return name
  }

  #nextName(): string {
    this.#unnamed++
    return `${names.defaultName}${this.#unnamed}`
  }
}

interface Typed {
  readonly type: string
  /** To be imported. */
  readonly file?: string | undefined
  /** Parameters of the field's `confluent.field_meta`. */
  readonly meta: readonly (readonly [string, string])[]
}

function plain(type: string): Typed {
  return { type, meta: [] }
}

/** False where it is declared already. */
function isNew(name: string, schema: RecordSchema, { named }: Inside): boolean {
  const known = named.get(name)
  if (known === undefined) {
    named.set(name, schema)
    return true
  }
  if (shapeOf(known) === shapeOf(schema)) return false
  throw new RecordError(
    `Two different types in one message have the name ${name}, which Protobuf does not allow. Give one of them another (the transform SetSchemaMetadata).`,
  )
}

function shapeOf(schema: RecordSchema): string {
  return JSON.stringify({ ...schema, optional: undefined, parameters: undefined }, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  )
}

function optionText(meta: Typed['meta']): string {
  if (meta.length === 0) return ''
  const entries = meta.map(([key, value]) => `{key: ${JSON.stringify(key)}, value: ${JSON.stringify(value)}}`)
  return ` [(confluent.field_meta) = {params: [${entries.join(', ')}]}]`
}

interface Numbers {
  of(schema: RecordSchema): number
}

/** Numbers of a message's fields: those that they had when they were read, and the next free ones. */
function numbersOf(schema: RecordSchema & { readonly type: 'struct' }): Numbers {
  const given = (one: RecordSchema): number | undefined => {
    const text = one.parameters?.[names.tag]
    return text === undefined ? undefined : Number(text)
  }
  const all = schema.fields.flatMap((field) =>
    isUnion(field.schema) && field.schema.type === 'struct' ? field.schema.fields : [field],
  )
  const taken = new Set(all.flatMap((field) => given(field.schema) ?? []))
  let next = 1
  return {
    of(one) {
      const own = given(one)
      if (own !== undefined) return own
      // what protobuf keeps for itself
      while (taken.has(next) || (next >= 19_000 && next <= 19_999)) next++
      return next++
    },
  }
}
