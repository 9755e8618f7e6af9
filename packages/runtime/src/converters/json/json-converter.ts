import {
  boolean,
  type Converter,
  type ConverterDefinition,
  defineConverter,
  int,
  oneOf,
  RecordError,
  type RecordSchema,
  type SchemaAndValue,
} from '@sluice/template'
import { parseExact, parseQuick } from './parse-exact.ts'
import { hasDecimal, readSchema } from './read-schema.ts'
import { compileRead, type Read } from './read-value.ts'
import { compileRows } from './row-encoder.ts'
import { schemaText } from './schema-text.ts'
import { writePlain } from './write-plain.ts'
import { compileWrite, type Write, type WriteOptions } from './write-value.ts'

const fields = {
  schemasEnable: boolean({
    doc: 'Wraps each value in an envelope that carries its schema, and expects one when reading.',
    default: true,
  }),
  schemasCacheSize: int({ doc: 'Keeps so many schemas that were read.', default: 1000 }),
  decimalFormat: oneOf(['BASE64', 'NUMERIC'], {
    doc: 'Writes decimals as their bytes in Base64 or as numbers.',
    default: 'BASE64',
  }),
  replaceNullWithDefault: boolean({
    doc: "Takes a field's default in place of null.",
    default: true,
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
    const options = { decimals, replaceNullWithDefault, cacheSize: config.schemasCacheSize }
    return config.schemasEnable ? withEnvelope(options) : withoutEnvelope(options)
  },
})

interface Options extends WriteOptions {
  readonly cacheSize: number
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
    fromBytes: (_target, bytes) => ({ value: bytes === null ? null : parse(bytes, parseQuick) }),
  }
}

function withEnvelope(options: Options): Converter {
  const writers = perSchema((schema) => enveloping(schema, options))
  const readers = new Map<string, { schema: RecordSchema; read: Read; exact: boolean }>()
  const readerOf = (node: unknown): { schema: RecordSchema; read: Read; exact: boolean } => {
    const key = JSON.stringify(node, (_key, member: unknown) =>
      typeof member === 'bigint' ? `${member}n` : member,
    )
    const known = readers.get(key)
    if (known) return known
    const schema = readSchema(node)
    const reader = { schema, read: compileRead(schema, options), exact: hasDecimal(schema) }
    if (readers.size >= options.cacheSize) readers.clear()
    readers.set(key, reader)
    return reader
  }
  return {
    rowEncoder: (value, key) => compileRows({ value, key, envelope: true }, options),
    toBytes: (_target, { schema, value }) => {
      if (schema) return Buffer.from(writers(schema)(value))
      if (value === null || value === undefined) return null
      return Buffer.from(`{"schema":null,"payload":${writePlain(value)}}`)
    },
    fromBytes: (_target, bytes): SchemaAndValue => {
      if (bytes === null) return { value: null }
      const envelope = envelopeOf(parse(bytes, parseQuick))
      if (envelope.schema === null) return { value: envelope.payload }
      const { schema, read, exact } = readerOf(envelope.schema)
      const payload = exact ? envelopeOf(parse(bytes, parseExact)).payload : envelope.payload
      return { schema, value: read(payload) }
    },
  }
}

function enveloping(schema: RecordSchema, options: WriteOptions): Write {
  const start = `{"schema":${schemaText(schema, options)},"payload":`
  const write = compileWrite(schema, options)
  return (value) => `${start}${write(value)}}`
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

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parse<T>(bytes: Uint8Array, read: (text: string) => T): T {
  try {
    return read(utf8.decode(bytes))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RecordError(`The ${bytes.length} bytes are no JSON document: ${reason}`, { cause })
  }
}

function envelopeOf(json: unknown): { readonly schema: unknown; readonly payload: unknown } {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    const { schema, payload } = json as Record<string, unknown>
    if (Object.keys(json).length === 2 && schema !== undefined && payload !== undefined)
      return { schema, payload }
  }
  throw new RecordError(
    'The JSON is no envelope of exactly "schema" and "payload". For plain JSON set schemas.enable=false on the converter.',
  )
}
