/** A number that is a fraction in Java, and printed so: 1.0 where JSON would have 1. */
export class Fraction {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/** JSON of a schema; what was read of a text has no Fractions. */
export type AvroJson =
  | null
  | boolean
  | number
  | bigint
  | string
  | Fraction
  | readonly AvroJson[]
  | { readonly [key: string]: AvroJson }

/** What a schema says beside its type, in its order: logical types, and what Connect notes there. */
export type Properties = Readonly<Record<string, AvroJson>>

export type PrimitiveKind = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string'

export interface AvroPrimitive {
  readonly kind: PrimitiveKind
  readonly properties: Properties
}

export interface AvroFixed {
  readonly kind: 'fixed'
  /** Full names, with their namespace. */
  readonly name: string
  readonly doc?: string | undefined
  readonly size: number
  readonly properties: Properties
}

export interface AvroEnum {
  readonly kind: 'enum'
  readonly name: string
  readonly doc?: string | undefined
  readonly symbols: readonly string[]
  readonly default?: string | undefined
  readonly properties: Properties
}

export interface AvroArray {
  readonly kind: 'array'
  readonly items: AvroType
  readonly properties: Properties
}

export interface AvroMap {
  readonly kind: 'map'
  readonly values: AvroType
  readonly properties: Properties
}

export interface AvroRecord {
  readonly kind: 'record'
  readonly name: string
  readonly doc?: string | undefined
  readonly fields: readonly AvroField[]
  readonly properties: Properties
}

export interface AvroField {
  readonly name: string
  readonly type: AvroType
  readonly doc?: string | undefined
  /** In Avro's JSON form; absent: there is none. */
  readonly default?: AvroJson
  readonly properties: Properties
}

export interface AvroUnion {
  readonly kind: 'union'
  readonly types: readonly AvroType[]
}

export type AvroType = AvroPrimitive | AvroFixed | AvroEnum | AvroArray | AvroMap | AvroRecord | AvroUnion

export function primitive(kind: PrimitiveKind, properties: Properties = {}): AvroPrimitive {
  return { kind, properties }
}

/** The part before the last dot, empty where there is none, and the part after it. */
export function splitName(fullName: string): readonly [namespace: string, name: string] {
  const dot = fullName.lastIndexOf('.')
  return dot === -1 ? ['', fullName] : [fullName.slice(0, dot), fullName.slice(dot + 1)]
}

/** How messages call a type. */
export function typeName(type: AvroType): string {
  if (type.kind === 'union') return `one of ${type.types.map(typeName).join(', ')}`
  return 'name' in type ? `${type.kind} ${type.name}` : type.kind
}

/** Where a value stands, at the start of a sentence. */
export function placed(path: string): string {
  return path === '' ? 'The value' : `The field ${path}`
}

export function inner(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
