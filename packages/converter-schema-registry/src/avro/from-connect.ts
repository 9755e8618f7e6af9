import { logical, RecordError, type RecordSchema, scaleOf } from '@sluice/template'
import type { AvroDataConfig } from './avro-fields.ts'
import { type AvroField, type AvroType, type Properties, primitive, type PrimitiveKind } from './avro-type.ts'
import { anythingType } from './anything.ts'
import * as connect from './connect-names.ts'
import { defaultToAvro } from './default-to-avro.ts'
import { isEnum, isFixed, isUnion } from './kinds.ts'
import { avroFullName, avroName } from './names.ts'

/**
 * Connect's schema as Avro, with the members, names and order of Confluent's AvroData. Throws a RecordError for what Avro can't have.
 */
export function fromConnect(schema: RecordSchema | undefined, config: AvroDataConfig): AvroType {
  return schema === undefined ? anythingType : new Conversion(config).typeOf(schema)
}

const primitives: Readonly<Partial<Record<RecordSchema['type'], PrimitiveKind>>> = {
  int8: 'int',
  int16: 'int',
  int32: 'int',
  int64: 'long',
  float32: 'float',
  float64: 'double',
  boolean: 'boolean',
  string: 'string',
  bytes: 'bytes',
}

const logicalTypes: Readonly<Record<string, string>> = {
  [logical.date]: 'date',
  [logical.time]: 'time-millis',
  [logical.timestamp]: 'timestamp-millis',
}

class Conversion {
  readonly #config: AvroDataConfig
  /** Types with names, by that: one schema may use a type in several places, but must define it once. */
  readonly #named = new Map<string, { readonly from: RecordSchema; readonly type: AvroType }>()
  #unnamed = 0

  constructor(config: AvroDataConfig) {
    this.#config = config
  }

  typeOf(schema: RecordSchema): AvroType {
    if (schema.type === 'struct' && isUnion(schema)) return this.#unionOf(schema)
    const type = this.#nonNull(schema)
    if (!schema.optional) return type
    // the first type of a union is the one that a default is of
    const none = primitive('null')
    return { kind: 'union', types: hasDefault(schema) ? [type, none] : [none, type] }
  }

  #unionOf(schema: RecordSchema & { readonly type: 'struct' }): AvroType {
    const members = schema.fields.map((field) => this.#nonNull(field.schema))
    return { kind: 'union', types: [...(schema.optional ? [primitive('null')] : []), ...members] }
  }

  #nonNull(schema: RecordSchema): AvroType {
    switch (schema.type) {
      case 'array':
        return { kind: 'array', items: this.typeOf(schema.items), properties: this.#propertiesOf(schema) }
      case 'map':
        return this.#mapOf(schema)
      case 'struct':
        return this.#recordOf(schema)
      case 'string':
        if (isEnum(schema, this.#config)) return this.#enumOf(schema)
        return primitive('string', this.#propertiesOf(schema))
      case 'bytes':
        if (isFixed(schema)) return this.#fixedOf(schema)
        return primitive('bytes', this.#propertiesOf(schema))
      default:
        return primitive(primitives[schema.type]!, this.#propertiesOf(schema))
    }
  }

  #mapOf(schema: RecordSchema & { readonly type: 'map' }): AvroType {
    const { keys, values } = schema
    if (keys.type === 'string' && (!keys.optional || this.#config.allowOptionalMapKeys)) {
      return { kind: 'map', values: this.typeOf(values), properties: this.#propertiesOf(schema) }
    }
    const name =
      schema.name === undefined ? `${connect.namespace}.${connect.mapEntryName}` : this.#fullName(schema.name)
    const items = this.#define(name, schema, () => ({
      kind: 'record',
      name,
      fields: [this.#fieldOf('key', keys, undefined), this.#fieldOf('value', values, undefined)],
      properties: schema.name === undefined ? {} : { [connect.property.internalType]: connect.mapEntryName },
    }))
    return { kind: 'array', items, properties: this.#propertiesOf(schema) }
  }

  #recordOf(schema: RecordSchema & { readonly type: 'struct' }): AvroType {
    const name = schema.name === undefined ? this.#nextName() : this.#fullName(schema.name)
    const { discardTypeDocDefault } = this.#config
    const { parameters = {} } = schema
    return this.#define(name, schema, () => ({
      kind: 'record',
      name,
      doc: parameters[discardTypeDocDefault ? 'connect.record.doc' : connect.recordDoc],
      fields: schema.fields.map((field) => {
        const doc = discardTypeDocDefault ? field.schema.doc : parameters[connect.fieldDocPrefix + field.name]
        return this.#fieldOf(field.name, field.schema, doc)
      }),
      properties: this.#propertiesOf(schema),
    }))
  }

  #fieldOf(name: string, schema: RecordSchema, doc: string | undefined): AvroField {
    const type = this.typeOf(schema)
    return {
      name: avroName(name, 'The field', this.#config),
      type,
      doc,
      ...(hasDefault(schema)
        ? { default: defaultToAvro(schema, schema.default, this.#config) }
        : schema.optional && { default: null }),
      properties: {},
    }
  }

  #enumOf(schema: RecordSchema): AvroType {
    const { generalizedSumTypeSupport, discardTypeDocDefault } = this.#config
    const parameter = generalizedSumTypeSupport ? connect.generalEnum : connect.enumName
    const { parameters = {} } = schema
    const symbols = Object.keys(parameters).flatMap((key) =>
      key.startsWith(`${parameter}.`) ? [key.slice(parameter.length + 1)] : [],
    )
    const short = (schema.name ?? '').slice((schema.name ?? '').lastIndexOf('.') + 1)
    const name = this.#fullName(parameters[parameter] ?? schema.name ?? this.#nextName())
    return this.#define(name, schema, () => ({
      kind: 'enum',
      name,
      doc: parameters[discardTypeDocDefault ? 'connect.enum.doc' : connect.enumDocPrefix + short],
      symbols,
      default: discardTypeDocDefault ? undefined : parameters[connect.enumDefaultPrefix + short],
      properties: this.#propertiesOf(schema),
    }))
  }

  #fixedOf(schema: RecordSchema): AvroType {
    const name = this.#fullName(schema.name!)
    const size = Number(schema.parameters![connect.fixedSize])
    return this.#define(name, schema, () => ({
      kind: 'fixed',
      name,
      size,
      properties: this.#propertiesOf(schema),
    }))
  }

  #define(name: string, from: RecordSchema, make: () => AvroType): AvroType {
    const known = this.#named.get(name)
    if (known === undefined) {
      const type = make()
      this.#named.set(name, { from, type })
      return type
    }
    if (sameBut(known.from, from)) return known.type
    throw new RecordError(
      `Two different types of one schema have the name ${name}, which Avro does not allow. Give one of them another (the transform SetSchemaMetadata).`,
    )
  }

  #propertiesOf(schema: RecordSchema): Properties {
    const { connectMetaData } = this.#config
    return {
      ...decimalSize(schema),
      ...(connectMetaData && this.#metaData(schema)),
      ...logicalType(schema),
      ...Object.fromEntries(
        Object.entries(schema.parameters ?? {}).filter(([key]) => key.startsWith('avro')),
      ),
    }
  }

  #metaData(schema: RecordSchema): Properties {
    const { discardTypeDocDefault: all } = this.#config
    const parameters = Object.entries(schema.parameters ?? {}).filter(
      ([key]) => all || key !== connect.fieldDefaultFlag,
    )
    const fromAvro = !all && schema.parameters?.[connect.fieldDefaultFlag] !== undefined
    const { property } = connect
    return {
      ...(schema.doc !== undefined && { [property.doc]: schema.doc }),
      ...(schema.version !== undefined && { [property.version]: schema.version }),
      ...(parameters.length > 0 && { [property.parameters]: Object.fromEntries(parameters) }),
      ...(hasDefault(schema) &&
        !fromAvro && { [property.default]: defaultToAvro(schema, schema.default, this.#config) }),
      ...(schema.name !== undefined && { [property.name]: schema.name }),
      ...((schema.type === 'int8' || schema.type === 'int16') && { [property.type]: schema.type }),
    }
  }

  #fullName(name: string): string {
    return avroFullName(name, 'The type', this.#config)
  }

  #nextName(): string {
    this.#unnamed++
    return `${connect.namespace}.${connect.defaultName}${this.#unnamed > 1 ? this.#unnamed : ''}`
  }
}

/** Before everything else, as in the JVM, where the order of properties shows in a schema's text. */
function decimalSize(schema: RecordSchema): Properties {
  if (schema.name !== logical.decimal) return {}
  return { scale: scaleOf(schema), precision: precisionOf(schema) }
}

function logicalType(schema: RecordSchema): Properties {
  if (schema.name === logical.decimal) return { logicalType: 'decimal' }
  const name =
    schema.name !== undefined && Object.hasOwn(logicalTypes, schema.name)
      ? logicalTypes[schema.name]
      : undefined
  return name === undefined ? {} : { logicalType: name }
}

function precisionOf(schema: RecordSchema): number {
  return Number(schema.parameters?.[connect.decimalPrecision] ?? connect.defaultPrecision)
}

function hasDefault(schema: RecordSchema): boolean {
  return schema.default !== undefined && schema.default !== null
}

/** One type may be optional here and required there. */
function sameBut(one: RecordSchema, other: RecordSchema): boolean {
  return one === other || shapeOf(one) === shapeOf(other)
}

function shapeOf(schema: RecordSchema): string {
  return JSON.stringify({ ...schema, optional: undefined }, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  )
}
