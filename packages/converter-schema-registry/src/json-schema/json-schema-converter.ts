import {
  type ConfigOf,
  type Converter,
  type ConverterDefinition,
  defineConverter,
  type RecordSchema,
  stringifyJson,
} from '@sluice/template'
import { openParts, type Opening } from '../open-converter.ts'
import { openRegistry, type OpenRegistry } from '../registry/open-registry.ts'
import type { RegisteredSchema } from '../registry/registry.ts'
import { schemaDifferences } from '../schema-differences.ts'
import type { Converted, SchemaFormatting, WriteValue } from '../schema-plans.ts'
import type { ReadRecord } from '../value-reading.ts'
import { prefixBytes } from '../wire-format.ts'
import { fromConnect } from './from-connect.ts'
import { type JsonSchemaDataConfig, jsonSchemaFields, otherJsonSchemaSettings } from './json-schema-fields.ts'
import { type Digits, parseRecord } from './parse-json.ts'
import { compileReadJson, DigitsWanted, plainValue, type ReadJson } from './read-json.ts'
import { toConnect } from './to-connect.ts'
import { compileWriteJson, writePlainJson } from './write-json.ts'

/** JSON with JSON Schemas in a schema registry, as io.confluent.connect.json.JsonSchemaConverter writes and reads it. */
export const jsonSchemaConverter: ConverterDefinition<typeof jsonSchemaFields> = defineConverter({
  name: 'io.confluent.connect.json.JsonSchemaConverter',
  aliases: ['JsonSchemaConverter', 'JsonSchema', 'json-schema'],
  version: '0.1.0',
  doc: 'Converts between values and JSON, whose JSON Schemas are in a schema registry.',
  config: jsonSchemaFields,
  open: (context) => openJsonSchema(context, openRegistry),
})

export function openJsonSchema(
  context: Opening<ConfigOf<typeof jsonSchemaFields>>,
  open: OpenRegistry,
): Converter {
  const { config } = context
  const { registry, writing, reading } = openParts(context, {
    openRegistry: open,
    format: 'JSON',
    formatting: formatting(config),
    compileReader: (registered) => compileReader(registered, config),
    explain: (before, text) => explain(before, text, config),
    otherSettings: otherJsonSchemaSettings,
  })
  return {
    toBytes: (target, data) => writing.toBytes(target, data),
    fromBytes: (_target, bytes) => reading.fromBytes(bytes),
    close: () => registry.close(),
  }
}

/** What allows anything is the schema of values without one. */
const anything = '{}'

function formatting(config: JsonSchemaDataConfig): SchemaFormatting<null> {
  return {
    convert: (schema) => converted(schema, config),
    // JSON says itself what it is: another version changes nothing about how a value is written
    parse: () => null,
    compile: (schema) => compile(schema, config),
  }
}

function converted(schema: RecordSchema | undefined, config: JsonSchemaDataConfig): Converted<null> {
  const text = schema ? stringifyJson(fromConnect(schema, config)) : anything
  return { type: null, text, record: schema?.name }
}

function compile(schema: RecordSchema | undefined, config: JsonSchemaDataConfig): WriteValue {
  const write = schema ? compileWriteJson(schema, config) : writePlainJson
  return (out, value) => {
    const text = write(value)
    out.utf8(text, Buffer.byteLength(text))
  }
}

function compileReader(registered: RegisteredSchema, config: JsonSchemaDataConfig): ReadRecord {
  const payload = (bytes: Uint8Array, digits: Digits): unknown =>
    parseRecord(bytes.subarray(prefixBytes), digits)
  if (/^\s*(\{\s*\}|true)\s*$/.test(registered.text))
    return (bytes) => ({ value: plainValue(payload(bytes, 'exact')) })
  const schema = toConnect(registered, config)
  const readExact = compileReadJson(schema, 'exact')
  // until the first value that it won't do for: the next ones are of its kind
  let readQuick: ReadJson | undefined = compileReadJson(schema, 'quick')
  return (bytes) => {
    try {
      if (readQuick) return { schema, value: readQuick(payload(bytes, 'quick')) }
    } catch (error) {
      if (!(error instanceof DigitsWanted)) throw error
      readQuick = undefined
    }
    return { schema, value: readExact(payload(bytes, 'exact')) }
  }
}

/** How a schema differs from the version before it; nothing where one of them can't be read. */
function explain(before: RegisteredSchema, text: string, config: JsonSchemaDataConfig): readonly string[] {
  try {
    return schemaDifferences(toConnect(before, config), toConnect({ text, references: [] }, config))
  } catch {
    return []
  }
}
