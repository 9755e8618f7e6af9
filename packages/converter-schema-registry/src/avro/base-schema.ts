import { date, decimal, isDecimalScale, RecordError, type RecordSchema, time } from '@sluice/template'
import { type AvroJson, type AvroType, type Properties, splitName } from './avro-type.ts'
import * as connect from './connect-names.ts'
import type { SumTypes } from './kinds.ts'

/** The field of a union's member. */
export function memberName(type: AvroType, index: number, config: SumTypes): string {
  if (config.generalizedSumTypeSupport) return `${connect.generalFieldPrefix}${index}`
  if (!('name' in type)) return type.kind
  return config.enhancedAvroSchemaSupport ? type.name : splitName(type.name)[1]
}

/** Records that stand for the entries of a map whose keys are no strings. */
export function isMapEntry(type: AvroType): type is AvroType & { readonly kind: 'record' } {
  return (
    type.kind === 'record' &&
    (type.name === `${connect.namespace}.${connect.mapEntryName}` ||
      type.properties[connect.property.internalType] === connect.mapEntryName)
  )
}

/** Connect's schema of an int with these properties. */
export function intOf(properties: Properties): RecordSchema {
  const logicalType = lower(properties['logicalType'])
  if (logicalType === 'date') return date()
  if (logicalType === 'time-millis') return time()
  const type = properties[connect.property.type]
  if (logicalType !== undefined || type === undefined) return { type: 'int32' }
  if (type === 'int8' || type === 'int16') return { type }
  throw new RecordError(`A schema of int has the unknown ${connect.property.type} ${JSON.stringify(type)}.`)
}

/** The same of bytes. */
export function bytesOf(properties: Properties): RecordSchema {
  if (lower(properties['logicalType']) !== 'decimal') return { type: 'bytes' }
  const { scale = 0, precision } = properties
  if (typeof scale !== 'number' || !isDecimalScale(scale)) {
    throw new RecordError(`The scale of a decimal is ${JSON.stringify(scale)}.`)
  }
  const base = decimal(scale)
  return precision === undefined || precision === connect.defaultPrecision
    ? base
    : { ...base, parameters: { ...base.parameters, [connect.decimalPrecision]: parameterText(precision) } }
}

/** A text in lower case, for logical types are compared regardless of it. */
export function lower(json: AvroJson | undefined): string | undefined {
  return typeof json === 'string' ? json.toLowerCase() : undefined
}

export function isObject(json: AvroJson | undefined): json is { readonly [key: string]: AvroJson } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** A property as a parameter, which is a text. */
export function parameterText(json: AvroJson): string {
  return typeof json === 'string' ? json : JSON.stringify(json)
}
