/** Names by which Confluent's converter keeps in Avro what Connect knows and Avro doesn't, and the other way round. */

export const namespace = 'io.confluent.connect.avro'
export const defaultName = 'ConnectDefault'
export const mapEntryName = 'MapEntry'
export const anythingName = `${namespace}.Anything`
export const unionName = `${namespace}.Union`
export const enumName = `${namespace}.Enum`
export const recordDoc = `${namespace}.record.doc`
export const enumDocPrefix = `${namespace}.enum.doc.`
export const enumDefaultPrefix = `${namespace}.enum.default.`
export const fieldDocPrefix = `${namespace}.field.doc.`
/** The default of a field comes from Avro and not from Connect. */
export const fieldDefaultFlag = `${namespace}.field.default`

/** Properties of Avro types. */
export const property = {
  name: 'connect.name',
  doc: 'connect.doc',
  version: 'connect.version',
  default: 'connect.default',
  parameters: 'connect.parameters',
  internalType: 'connect.internal.type',
  type: 'connect.type',
} as const

export const fixedSize = 'connect.fixed.size'
export const decimalPrecision = 'connect.decimal.precision'
export const defaultPrecision = 64

/** Under `generalized.sum.type.support`, shared by all three formats. */
export const generalUnion = 'org.apache.kafka.connect.data.Union'
export const generalEnum = 'org.apache.kafka.connect.data.Enum'
export const generalUnionPrefix = 'connect_union_'
export const generalFieldPrefix = 'connect_union_field_'
