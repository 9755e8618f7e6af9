import { RecordError, shownValue } from '@sluice/template'
import type { ByteWriter } from '../byte-writer.ts'
import type { AvroDataConfig } from './avro-fields.ts'
import { type AvroField, inner, placed } from './avro-type.ts'
import { defaultFromAvro } from './default-from-avro.ts'
import { avroName } from './names.ts'
import { mismatch, type Pair, type Write } from './pair.ts'
import { toConnect } from './to-connect.ts'

/** How to compile what is inside a struct. */
export interface Compiling {
  readonly config: AvroDataConfig
  readonly compile: (pair: Pair, config: AvroDataConfig) => Write
}

/** Structs as records: fields go by their names, for the record may be another version than the struct's own. */
export function structToRecord({ schema, type, path }: Pair, { config, compile }: Compiling): Write {
  if (schema.type !== 'struct' || type.kind !== 'record') throw mismatch({ schema, type, path })
  const byName = new Map(schema.fields.map((field) => [avroName(field.name, 'The field', config), field]))
  const fields = type.fields.map((field): FieldWrite => {
    const own = byName.get(field.name)
    if (!own) return writeMissing(field, { path, of: type.name, config, compile })
    const write = compile({ schema: own.schema, type: field.type, path: inner(path, own.name) }, config)
    const fallback = config.ignoreDefaultForNullables && own.schema.optional ? undefined : own.schema.default
    return { name: own.name, write, fallback }
  })
  return (out, value) => {
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw new RecordError(`${placed(path)} is ${shownValue(value)}, but its schema says a struct.`)
    }
    const struct = value as Readonly<Record<string, unknown>>
    for (const { name, write, fallback } of fields) {
      write(out, (name === undefined ? undefined : struct[name]) ?? fallback)
    }
  }
}

interface FieldWrite {
  /** Of the struct's field; undefined where it has none. */
  readonly name: string | undefined
  readonly write: Write
  /** Taken where the field is null. */
  readonly fallback: unknown
}

/** A field that only the record has is written as its default. */
function writeMissing(
  field: AvroField,
  { path, of, config, compile }: Compiling & { readonly path: string; readonly of: string },
): FieldWrite {
  if (field.default === undefined) {
    throw new RecordError(
      `The record ${of} that is to be written has the field ${inner(path, field.name)}, which the value does not have, and no default for it.`,
    )
  }
  const schema = toConnect(field.type, config)
  const value = field.default === null ? null : defaultFromAvro(schema, field.type, field.default)
  const write = compile({ schema: { ...schema, optional: true }, type: field.type, path: field.name }, config)
  return { name: undefined, write: (out: ByteWriter) => write(out, value), fallback: undefined }
}
