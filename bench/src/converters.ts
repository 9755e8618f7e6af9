import { type Converter, type ConvertTarget, type RecordSchema, type SchemaAndValue } from '@sluice/template'
import { openAvro } from '../../packages/converter-schema-registry/src/avro/avro-converter.ts'
import { avroFields } from '../../packages/converter-schema-registry/src/avro/avro-fields.ts'
import { openJsonSchema } from '../../packages/converter-schema-registry/src/json-schema/json-schema-converter.ts'
import { jsonSchemaFields } from '../../packages/converter-schema-registry/src/json-schema/json-schema-fields.ts'
import { openProtobuf } from '../../packages/converter-schema-registry/src/protobuf/protobuf-converter.ts'
import { protobufFields } from '../../packages/converter-schema-registry/src/protobuf/protobuf-fields.ts'
import { MemoryRegistry } from '../../packages/converter-schema-registry/src/testing/memory-registry.ts'
import { configOf } from '../../packages/converter-schema-registry/src/testing/scene.ts'
import { byteArrayConverter } from '../../packages/runtime/src/converters/byte-array-converter.ts'
import { jsonConverter } from '../../packages/runtime/src/converters/json/json-converter.ts'
import { schemaText } from '../../packages/runtime/src/converters/json/schema-text.ts'
import { primitiveConverters } from '../../packages/runtime/src/converters/primitive-converters.ts'
import { stringConverter } from '../../packages/runtime/src/converters/string-converter.ts'
import { log, openConverter } from './engine.ts'
import type { Case } from './measure.ts'
import { orderRecords, orders } from './orders.ts'

const target: ConvertTarget = { topic: 'shop.orders' }

interface Subject {
  readonly name: string
  readonly converter: Converter
  /** The whole record, or what of it the converter is made for. */
  readonly data: readonly SchemaAndValue[]
}

/** The converter of each format, with records of ten fields; texts, bytes and numbers are single values. */
function subjects(): readonly Subject[] {
  const records = orderRecords()
  const structs = records.map(({ value, valueSchema }) => ({ value, schema: valueSchema! }))
  const text = records.map(({ value }) => (value as { note: string | null }).note ?? 'Nothing.')
  const registry = { 'schema.registry.url': 'http://localhost' }
  const around = { role: 'value' as const, log }
  const content = schemaText(structs[0]!.schema, {
    decimals: 'BASE64',
    replaceNullWithDefault: true,
  })
  return [
    { name: 'JSON', converter: openConverter(jsonConverter, { 'schemas.enable': 'false' }), data: structs },
    { name: 'JSON with schemas', converter: openConverter(jsonConverter, {}), data: structs },
    {
      name: 'JSON of a given schema (reading)',
      converter: openConverter(jsonConverter, { 'schema.content': content, 'schemas.enable': 'false' }),
      data: structs,
    },
    {
      name: 'Avro',
      converter: openAvro({ config: configOf(avroFields, registry), ...around }, new MemoryRegistry().open),
      data: structs,
    },
    {
      name: 'JSON Schema',
      converter: openJsonSchema(
        { config: configOf(jsonSchemaFields, registry), ...around },
        new MemoryRegistry().open,
      ),
      data: structs,
    },
    {
      name: 'Protobuf',
      converter: openProtobuf(
        { config: configOf(protobufFields, registry), ...around },
        new MemoryRegistry().open,
      ),
      data: structs,
    },
    single('String (50 characters)', openConverter(stringConverter, {}), { type: 'string' }, text),
    single(
      'ByteArray (50 bytes)',
      openConverter(byteArrayConverter, {}),
      { type: 'bytes' },
      text.map((one) => Buffer.from(one)),
    ),
    single(
      'Long',
      openConverter(primitiveConverters.find(({ name }) => name.includes('Long'))!, {}),
      { type: 'int64' },
      records.map(({ value }) => (value as { id: bigint }).id),
    ),
  ]
}

function single(
  name: string,
  converter: Converter,
  schema: RecordSchema,
  values: readonly unknown[],
): Subject {
  return { name, converter, data: values.map((value) => ({ value, schema })) }
}

/** One way of one converter. */
export interface ConverterCase extends Case {
  readonly converter: string
  readonly way: 'rows' | 'write' | 'read'
}

/** Every converter in every way that it has; schemas are known already, so nothing is looked up. */
export async function converterCases(): Promise<readonly ConverterCase[]> {
  const cases: ConverterCase[] = []
  for (const { name, converter, data } of subjects()) {
    const bytes: (Uint8Array | null)[] = []
    for (const one of data) bytes.push(await converter.toBytes(target, one))
    for (const one of bytes) await converter.fromBytes(target, one)
    const own = { converter: name, records: data.length }
    const rows = rowCase(converter, data)
    if (rows) cases.push({ ...own, name: `${name}, rows`, way: 'rows', run: rows })
    if (!name.includes('reading')) {
      const run = () => data.forEach((one) => void converter.toBytes(target, one))
      cases.push({ ...own, name: `${name}, write`, way: 'write', run })
    }
    const run = () => bytes.forEach((one) => void converter.fromBytes(target, one))
    cases.push({ ...own, name: `${name}, read`, way: 'read', run })
  }
  return cases
}

function rowCase(converter: Converter, [first]: readonly SchemaAndValue[]): (() => void) | undefined {
  const rows = orders()
  if (first?.schema?.type !== 'struct') return undefined
  const encode = converter.rowEncoder?.(first.schema, undefined)
  const around = { topic: rows.topic }
  if (!encode?.({ ...rows, schema: first.schema }, around)?.values) return undefined
  const same = { ...rows, schema: first.schema }
  return () => void encode(same, around)?.values
}
