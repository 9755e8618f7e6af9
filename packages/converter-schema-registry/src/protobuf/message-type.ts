export type ScalarKind =
  | 'double'
  | 'float'
  | 'int32'
  | 'int64'
  | 'uint32'
  | 'uint64'
  | 'sint32'
  | 'sint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed32'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes'

export interface EnumType {
  readonly kind: 'enum'
  /** Full names, with their package. */
  readonly name: string
  readonly values: ReadonlyMap<string, number>
}

export interface MessageType {
  readonly kind: 'message'
  readonly name: string
  /** In the order that they are declared in. */
  readonly fields: readonly ProtoField[]
  /** Names of the oneofs that are written as such. */
  readonly oneofs: readonly string[]
}

export interface ProtoField {
  readonly name: string
  readonly number: number
  readonly type: ScalarKind | EnumType | MessageType
  readonly repeated: boolean
  /** Numbers one after another in one value. */
  readonly packed: boolean
  /** Can it be told from one that has its type's zero value? */
  readonly presence: boolean
  readonly oneof: string | undefined
  /** A repeated message of a key and a value. */
  readonly isMap: boolean
  /** What `confluent.field_meta` notes. */
  readonly meta: ReadonlyMap<string, string>
}

/** The part of a name after its last dot. */
export function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1)
}
