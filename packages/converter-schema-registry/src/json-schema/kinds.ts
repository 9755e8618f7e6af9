import type { RecordSchema } from '@sluice/template'
import { enumName, generalEnum, generalUnion, oneOfName } from './names.ts'

/** A struct that stands for a union: one field for each member, of which one is not null. */
export function isUnion(schema: RecordSchema): boolean {
  return (
    schema.type === 'struct' && (schema.name === oneOfName || schema.parameters?.[generalUnion] !== undefined)
  )
}

/** A string with a list of values. */
export function isEnum({ type, parameters }: RecordSchema): boolean {
  return (
    type === 'string' && (parameters?.[generalEnum] !== undefined || parameters?.[enumName] !== undefined)
  )
}

/** Are the keys of a map such that JSON has an object for it? */
export function hasPlainKeys(schema: RecordSchema & { readonly type: 'map' }): boolean {
  return schema.keys.type === 'string' && !schema.keys.optional
}
