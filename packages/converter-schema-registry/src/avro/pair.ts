import { RecordError, type RecordSchema, shownValue } from '@sluice/template'
import type { ByteWriter } from '../byte-writer.ts'
import { type AvroType, placed, typeName } from './avro-type.ts'

/** Writes one value. Throws a RecordError for a value that its schema, or the type that is written, does not allow. */
export type Write = (out: ByteWriter, value: unknown) => void

/** A schema of Connect, the type of Avro that its values are written as, and where both stand. */
export interface Pair {
  readonly schema: RecordSchema
  readonly type: AvroType
  readonly path: string
}

/** A schema and a type that can't stand for each other. */
export function mismatch({ schema, type, path }: Pair): RecordError {
  const name = schema.name === undefined ? '' : ` (${schema.name})`
  return new RecordError(
    `${placed(path)} is of the type ${schema.type}${name}, which can't be written as Avro's ${typeName(type)}.`,
  )
}

export function noNull(path: string, schema: RecordSchema): RecordError {
  const why = schema.optional ? 'the type that is written has no null' : 'its schema is not optional'
  return new RecordError(`${placed(path)} is null, but ${why}.`)
}

export function wrong(path: string, wanted: string, value: unknown): RecordError {
  return new RecordError(`${placed(path)} is ${shownValue(value)}, but its schema says ${wanted}.`)
}
