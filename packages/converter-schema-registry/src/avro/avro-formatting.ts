import { RecordError, type RecordSchema } from '@sluice/template'
import type { Converted, SchemaFormatting, WriteValue } from '../schema-plans.ts'
import { prefixBytes } from '../wire-format.ts'
import type { ReadRecord } from '../value-reading.ts'
import type { RegisteredSchema } from '../registry/registry.ts'
import { anythingType, isAnything } from './anything.ts'
import type { AvroDataConfig } from './avro-fields.ts'
import { AvroReader } from './avro-reader.ts'
import type { AvroType } from './avro-type.ts'
import { compileRead, readAnything } from './compile-read.ts'
import { compileWrite } from './compile-write.ts'
import { fromConnect } from './from-connect.ts'
import { parseAvro } from './parse-avro.ts'
import { printAvro } from './print-avro.ts'
import { toConnect } from './to-connect.ts'
import { writeAnything } from './write-anything.ts'

/** Connect's schemas as Avro's. */
export function avroFormatting(config: AvroDataConfig): SchemaFormatting<AvroType> {
  return {
    convert: (schema) => converted(fromConnect(schema, config)),
    parse: ({ text, references }) => parseAvro(text, references),
    compile: (schema, type) => compile(schema, type, config),
  }
}

/** Compiles what reads records of a schema. */
export function compileAvroReader(
  { text, references }: RegisteredSchema,
  config: AvroDataConfig,
): ReadRecord {
  const type = parseAvro(text, references)
  if (isAnything(type)) return (bytes) => ({ value: readAnything(new AvroReader(bytes, prefixBytes)) })
  const schema = toConnect(type, config)
  const read = compileRead(type, schema)
  return (bytes) => ({ schema, value: read(new AvroReader(bytes, prefixBytes)) })
}

function converted(type: AvroType): Converted<AvroType> {
  const own = type.kind === 'union' ? type.types.find(({ kind }) => kind === 'record') : type
  return { type, text: printAvro(type), record: own?.kind === 'record' ? own.name : undefined }
}

function compile(schema: RecordSchema | undefined, type: AvroType, config: AvroDataConfig): WriteValue {
  if (schema) return compileWrite({ schema, type, path: '' }, config)
  if (type === anythingType) return writeAnything
  throw new RecordError('A value without a schema cannot be written with a given one.')
}
