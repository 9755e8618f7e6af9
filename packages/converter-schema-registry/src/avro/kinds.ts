import { logical, type RecordSchema } from '@sluice/template'
import * as connect from './connect-names.ts'

export interface SumTypes {
  readonly enhancedAvroSchemaSupport: boolean
  readonly generalizedSumTypeSupport: boolean
}

/** A struct that stands for a union: one field for each member, of which one is not null. */
export function isUnion(schema: RecordSchema): boolean {
  return (
    schema.type === 'struct' &&
    (schema.name === connect.unionName || schema.parameters?.[connect.generalUnion] !== undefined)
  )
}

/** A string that is written as an enum. */
export function isEnum(schema: RecordSchema, sums: SumTypes): boolean {
  if (schema.type !== 'string' || schema.parameters === undefined) return false
  const { parameters } = schema
  if (sums.generalizedSumTypeSupport) return parameters[connect.generalEnum] !== undefined
  return sums.enhancedAvroSchemaSupport && parameters[connect.enumName] !== undefined
}

/** Bytes that are written as a type of fixed size. */
export function isFixed(schema: RecordSchema): boolean {
  return (
    schema.type === 'bytes' &&
    schema.name !== undefined &&
    schema.name !== logical.decimal &&
    schema.parameters?.[connect.fixedSize] !== undefined
  )
}
