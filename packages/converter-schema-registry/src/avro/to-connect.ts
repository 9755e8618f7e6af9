import { logical, RecordError, type RecordSchema, type StructField, timestamp } from '@sluice/template'
import type { AvroDataConfig } from './avro-fields.ts'
import { type AvroField, type AvroJson, type AvroType, splitName, typeName } from './avro-type.ts'
import { bytesOf, intOf, isMapEntry, isObject, lower, memberName, parameterText } from './base-schema.ts'
import * as connect from './connect-names.ts'
import { defaultFromAvro } from './default-from-avro.ts'

/** What a field of a record lends to the schema of its type. */
interface Lent {
  readonly optional?: boolean
  /** In Avro's JSON form. */
  readonly default?: AvroJson | undefined
  readonly doc?: string | undefined
}

/**
 * Avro's schema as Connect's, with the names and parameters of Confluent's AvroData. Throws a RecordError for what Connect can't have: a type that
 * contains itself, or null alone.
 */
export function toConnect(type: AvroType, config: AvroDataConfig): RecordSchema {
  return new Reading(config).schemaOf(type)
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Attributes = Mutable<Pick<RecordSchema, 'name' | 'version' | 'doc' | 'optional' | 'default'>> & {
  parameters: Record<string, string>
}

class Reading {
  readonly #config: AvroDataConfig
  /** Records that are being read. */
  readonly #open = new Set<AvroType>()
  #unions = 0

  constructor(config: AvroDataConfig) {
    this.#config = config
  }

  schemaOf(type: AvroType, lent: Lent = {}): RecordSchema {
    if (type.kind === 'union') {
      const single = this.#singleOf(type.types)
      if (single) return this.schemaOf(single, { doc: lent.doc, optional: type.types.length === 2 })
    }
    const { parameters: own, ...base } = this.#baseOf(type)
    const attributes: Attributes = { ...base, parameters: { ...own } }
    if (type.kind !== 'union') this.#annotate(attributes, type, lent)
    const { parameters, ...rest } = attributes
    const schema = {
      ...base,
      ...rest,
      ...(Object.keys(parameters).length > 0 && { parameters }),
      ...(lent.optional && { optional: true }),
    } as RecordSchema
    const fallback = this.#defaultOf(type, schema, lent)
    return fallback === undefined ? schema : { ...schema, default: fallback }
  }

  /** The type that a union only says may be null, or that is its only one. */
  #singleOf(types: readonly AvroType[]): AvroType | undefined {
    if (types.length === 1 && this.#config.flattenSingletonUnion) return types[0]
    const [one, other] = types
    if (types.length !== 2) return undefined
    if (one!.kind === 'null') return other
    return other!.kind === 'null' ? one : undefined
  }

  #baseOf(type: AvroType): RecordSchema {
    switch (type.kind) {
      case 'boolean':
      case 'string':
        return { type: type.kind }
      case 'int':
        return intOf(type.properties)
      case 'long':
        return lower(type.properties['logicalType']) === 'timestamp-millis' ? timestamp() : { type: 'int64' }
      case 'float':
        return { type: 'float32' }
      case 'double':
        return { type: 'float64' }
      case 'bytes':
        return bytesOf(type.properties)
      case 'fixed': {
        const base = bytesOf(type.properties)
        return { ...base, parameters: { ...base.parameters, [connect.fixedSize]: String(type.size) } }
      }
      case 'enum':
        return this.#enumOf(type)
      case 'array':
        return this.#arrayOf(type)
      case 'map':
        return { type: 'map', keys: { type: 'string' }, values: this.schemaOf(type.values) }
      case 'record':
        return this.#structOf(type)
      case 'union':
        return this.#unionOf(type.types)
      case 'null':
        throw new RecordError(
          'A schema of null alone has no counterpart: only a union may have null as a type.',
        )
    }
  }

  #enumOf(type: AvroType & { readonly kind: 'enum' }): RecordSchema {
    const { generalizedSumTypeSupport: general, discardTypeDocDefault, connectMetaData } = this.#config
    const parameter = general ? connect.generalEnum : connect.enumName
    const short = splitName(type.name)[1]
    const docName = discardTypeDocDefault ? 'connect.enum.doc' : connect.enumDocPrefix + short
    return {
      type: 'string',
      parameters: {
        ...(connectMetaData && type.doc !== undefined && { [docName]: type.doc }),
        ...(connectMetaData &&
          !discardTypeDocDefault &&
          type.default !== undefined && { [connect.enumDefaultPrefix + short]: type.default }),
        [parameter]: type.name,
        ...Object.fromEntries(
          type.symbols.map((symbol, index) => [`${parameter}.${symbol}`, general ? String(index) : symbol]),
        ),
      },
    }
  }

  #arrayOf(type: AvroType & { readonly kind: 'array' }): RecordSchema {
    const { items } = type
    if (!isMapEntry(items)) return { type: 'array', items: this.schemaOf(items) }
    const [key, value] = items.fields
    if (items.fields.length !== 2 || key!.name !== 'key' || value!.name !== 'value') {
      throw new RecordError(
        `The record ${items.name} is no entry of a map: it must have the fields key and value.`,
      )
    }
    return { type: 'map', keys: this.schemaOf(key!.type), values: this.schemaOf(value!.type) }
  }

  #structOf(type: AvroType & { readonly kind: 'record' }): RecordSchema {
    if (this.#open.has(type)) {
      throw new RecordError(`The record ${type.name} contains itself, which schemas of Connect can't.`)
    }
    this.#open.add(type)
    const { discardTypeDocDefault, connectMetaData } = this.#config
    const withDocs = connectMetaData && !discardTypeDocDefault
    const docs = type.fields.flatMap(({ name, doc }) =>
      doc === undefined ? [] : [[connect.fieldDocPrefix + name, doc] as const],
    )
    const fields: readonly StructField[] = type.fields.map((field) => ({
      name: field.name,
      schema: this.#fieldSchema(field),
    }))
    this.#open.delete(type)
    const parameters = {
      ...(withDocs && type.doc !== undefined && { [connect.recordDoc]: type.doc }),
      ...(withDocs && Object.fromEntries(docs)),
    }
    return { type: 'struct', fields, parameters }
  }

  #fieldSchema(field: AvroField): RecordSchema {
    return this.schemaOf(field.type, { doc: field.doc, default: field.default })
  }

  #unionOf(types: readonly AvroType[]): RecordSchema {
    const { generalizedSumTypeSupport: general } = this.#config
    const name = general ? `${connect.generalUnionPrefix}${this.#unions++}` : connect.unionName
    const fields = types.flatMap((type, index) =>
      type.kind === 'null'
        ? []
        : [{ name: memberName(type, index, this.#config), schema: this.schemaOf(type, { optional: true }) }],
    )
    if (new Set(fields.map((field) => field.name)).size < fields.length) {
      throw new RecordError(
        `Two types of a union (${types.map(typeName).join(', ')}) would be one field. Set enhanced.avro.schema.support=true on the converter, or generalized.sum.type.support=true.`,
      )
    }
    return {
      type: 'struct',
      name,
      fields,
      ...(general && { parameters: { [connect.generalUnion]: name } }),
      ...(types.some(({ kind }) => kind === 'null') && { optional: true }),
    }
  }

  #annotate(schema: Attributes, type: Exclude<AvroType, { kind: 'union' }>, lent: Lent): void {
    const { connectMetaData, discardTypeDocDefault } = this.#config
    const { properties } = type
    const doc = properties[connect.property.doc]
    const typeDoc = 'doc' in type ? type.doc : undefined
    if (discardTypeDocDefault) {
      const found = lent.doc ?? typeDoc ?? doc
      if (typeof found === 'string') schema.doc = found
      if (connectMetaData && typeDoc !== undefined) schema.parameters['connect.record.doc'] = typeDoc
    } else if (connectMetaData && typeof doc === 'string') schema.doc = doc
    const version = properties[connect.property.version]
    if (typeof version === 'number') schema.version = version
    const given = properties[connect.property.parameters]
    if (connectMetaData && isObject(given)) {
      for (const [name, value] of Object.entries(given)) schema.parameters[name] = parameterText(value)
    }
    for (const [name, value] of Object.entries(properties)) {
      if (name.startsWith('avro')) schema.parameters[name] = parameterText(value)
    }
    const fromField = lent.default !== undefined && properties[connect.property.default] === undefined
    if (fromField && !discardTypeDocDefault && connectMetaData)
      schema.parameters[connect.fieldDefaultFlag] = 'true'
    this.#name(schema, type)
  }

  #name(schema: Attributes, type: Exclude<AvroType, { kind: 'union' }>): void {
    const given = type.properties[connect.property.name]
    const name = typeof given === 'string' ? given : 'name' in type ? type.name : undefined
    if (name === undefined || name.startsWith(`${connect.namespace}.${connect.defaultName}`)) return
    if (
      schema.name !== undefined &&
      schema.name !== name &&
      isLogical(schema.name) &&
      type.kind !== 'fixed'
    ) {
      throw new RecordError(
        `A schema is named ${name} (${connect.property.name}), but its logical type makes it ${schema.name}.`,
      )
    }
    schema.name ??= name
  }

  #defaultOf(type: AvroType, schema: RecordSchema, lent: Lent): unknown {
    const properties = type.kind === 'union' ? {} : type.properties
    const json = lent.default ?? properties[connect.property.default]
    if (json === undefined || json === null) return undefined
    return defaultFromAvro(schema, type, json)
  }
}

function isLogical(name: string): boolean {
  return (Object.values(logical) as readonly string[]).includes(name)
}
