/** Names by which Confluent's converter keeps in JSON Schema what Connect knows and JSON doesn't, and the other way round. */

const namespace = 'io.confluent.connect.json'

export const property = {
  type: 'connect.type',
  version: 'connect.version',
  parameters: 'connect.parameters',
  index: 'connect.index',
} as const

export const enumName = `${namespace}.Enum`
export const oneOfName = `${namespace}.OneOf`
/** A schema's own parameters of this start are not written. */
export const ownPrefix = namespace
/** Stands for null among the values of an enum. */
export const nullSymbol = '<NULL>'

export const generalUnion = 'org.apache.kafka.connect.data.Union'
export const generalEnum = 'org.apache.kafka.connect.data.Enum'
export const generalUnionPrefix = 'connect_union_'
export const generalFieldPrefix = 'connect_union_field_'
