import {
  boolean,
  type Converter,
  type ConverterDefinition,
  defineConverter,
  int,
  oneOf,
  parseJson,
  type RecordSchema,
  string,
} from '@sluice/template'
import { parseBytes } from './parse-exact.ts'
import { EnvelopeReader } from './read-envelope.ts'
import { GivenSchemaReader, parseSchema } from './given-schema.ts'
import { compileRows } from './row-encoder.ts'
import { schemaText } from './schema-text.ts'
import { writePlain } from './write-plain.ts'
import { compileWrite, type Write, type WriteOptions } from './write-value.ts'

const schemas = { group: 'Schemas', width: 'MEDIUM' } as const
const serialization = { group: 'Serialization', width: 'MEDIUM' } as const

const fields = {
  decimalFormat: oneOf(['BASE64', 'NUMERIC'], {
    ...serialization,
    displayName: 'Decimal Format',
    doc: 'Writes decimals as their bytes in Base64 or as numbers.',
    default: 'BASE64',
  }),
  replaceNullWithDefault: boolean({
    ...serialization,
    displayName: 'Replace null with default',
    doc: "Takes a field's default in place of null.",
    default: true,
  }),
  schemasEnable: boolean({
    ...schemas,
    importance: 'HIGH',
    displayName: 'Enable Schemas',
    doc: 'Wraps each value in an envelope that carries its schema, and expects one when reading.',
    default: true,
  }),
  schemaContent: string({
    doc: 'Reads every value by this schema, given as the envelope has it, where `schemas.enable=true`; then values come without an envelope.',
    optional: true,
    validate: wrongSchema,
  }),
  schemasCacheSize: int({
    ...schemas,
    importance: 'HIGH',
    displayName: 'Schema Cache Size',
    doc: 'Keeps so many schemas that were read.',
    default: 1000,
  }),
}

/** JSON, byte for byte as org.apache.kafka.connect.json.JsonConverter of Kafka 4.1 writes it. */
export const jsonConverter: ConverterDefinition<typeof fields> = defineConverter({
  name: 'org.apache.kafka.connect.json.JsonConverter',
  aliases: ['JsonConverter', 'Json', 'json'],
  version: '0.1.0',
  doc: 'Converts between values and JSON, with or without a schema beside each value.',
  config: fields,
  open: ({ config }) => {
    const { decimalFormat: decimals, replaceNullWithDefault } = config
    const options = {
      decimals,
      replaceNullWithDefault,
      cacheSize: config.schemasCacheSize,
      schemaContent: config.schemaContent,
    }
    return config.schemasEnable ? withEnvelope(options) : withoutEnvelope(options)
  },
})

interface Options extends WriteOptions {
  readonly cacheSize: number
  readonly schemaContent: string | undefined
}

function withoutEnvelope(options: Options): Converter {
  const writers = perSchema((schema) => compileWrite(schema, options))
  return {
    bytesAreJson: true,
    rowEncoder: (value, key) => compileRows({ value, key, envelope: false }, options),
    toBytes: (_target, { schema, value }) => {
      if (schema) return Buffer.from(writers(schema)(value))
      return value === null || value === undefined ? null : Buffer.from(writePlain(value))
    },
    fromBytes: (_target, bytes) => ({ value: bytes === null ? null : parseBytes(bytes, parseJson) }),
  }
}

function withEnvelope(options: Options): Converter {
  const writers = perSchema((schema) => enveloping(schema, options))
  const reader = options.schemaContent
    ? new GivenSchemaReader(parseSchema(options.schemaContent), options)
    : new EnvelopeReader(options)
  return {
    rowEncoder: (value, key) => compileRows({ value, key, envelope: true }, options),
    toBytes: (_target, { schema, value }) => {
      if (schema) return Buffer.from(writers(schema)(value))
      if (value === null || value === undefined) return null
      return Buffer.from(`{"schema":null,"payload":${writePlain(value)}}`)
    },
    fromBytes: ({ topic }, bytes) => (bytes === null ? { value: null } : reader.read(topic, bytes)),
  }
}

function enveloping(schema: RecordSchema, options: WriteOptions): Write {
  const start = `{"schema":${schemaText(schema, options)},"payload":`
  const write = compileWrite(schema, options)
  return (value) => `${start}${write(value)}}`
}

/** For `validate`. */
function wrongSchema(content: string): string | undefined {
  if (content === '') return undefined
  try {
    parseSchema(content)
    return undefined
  } catch (error) {
    return `is no schema: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Compiles once per schema object. */
function perSchema(compile: (schema: RecordSchema) => Write): (schema: RecordSchema) => Write {
  const compiled = new WeakMap<RecordSchema, Write>()
  return (schema) => {
    const known = compiled.get(schema)
    if (known) return known
    const write = compile(schema)
    compiled.set(schema, write)
    return write
  }
}
