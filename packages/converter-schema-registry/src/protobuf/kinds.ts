import type { RecordSchema } from '@sluice/template'
import { enumName, generalEnum, generalUnion, unionPrefix } from './names.ts'

/** A struct that stands for a oneof: one field for each member, of which one is not null. */
export function isUnion(schema: RecordSchema): boolean {
  return (
    schema.type === 'struct' &&
    (schema.name?.startsWith(unionPrefix) === true || schema.parameters?.[generalUnion] !== undefined)
  )
}

/** A string or a number that is written as an enum. */
export function isEnum({ parameters }: RecordSchema): boolean {
  return parameters?.[generalEnum] !== undefined || parameters?.[enumName] !== undefined
}
