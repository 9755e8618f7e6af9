/** Names by which Confluent's converter keeps in Connect what Protobuf knows, and the other way round. */

const namespace = 'io.confluent.connect.protobuf'

export const defaultName = 'ConnectDefault'
export const enumName = `${namespace}.Enum`
export const unionPrefix = `${namespace}.Union.`
/** The number of a field. */
export const tag = `${namespace}.Tag`
/** The type of a number, where there are several. */
export const scalarType = `${namespace}.Type`

export const generalUnion = 'org.apache.kafka.connect.data.Union'
export const generalEnum = 'org.apache.kafka.connect.data.Enum'

export const connectType = 'connect.type'
export const connectPrecision = 'connect.decimal.precision'

export const decimalType = 'confluent.type.Decimal'
export const dateType = 'google.type.Date'
export const timeType = 'google.type.TimeOfDay'
export const timestampType = 'google.protobuf.Timestamp'

const entrySuffix = 'Entry'

/** The message of a map's entries: `order_lines` is OrderLinesEntry. */
export function entryName(name: string): string {
  const camel = name.includes('_')
    ? name.replaceAll(/(?:^|_)+([a-zA-Z0-9]?)/g, (_, letter: string) => letter.toUpperCase())
    : name.replace(/^./, (letter) => letter.toUpperCase())
  return camel + entrySuffix
}

/** The other way round; undefined for a message that is none of entries. */
export function entryField(name: string): string | undefined {
  if (!name.endsWith(entrySuffix)) return undefined
  const bare = name.slice(0, -entrySuffix.length)
  return bare.replaceAll(/(?!^)([A-Z])/g, '_$1').toLowerCase()
}
