import { type Converter, kindOf } from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import fc from 'fast-check'
import { openAvro } from './avro/avro-converter.ts'
import { avroFields } from './avro/avro-fields.ts'
import { openJsonSchema } from './json-schema/json-schema-converter.ts'
import { jsonSchemaFields } from './json-schema/json-schema-fields.ts'
import { openProtobuf } from './protobuf/protobuf-converter.ts'
import { protobufFields } from './protobuf/protobuf-fields.ts'
import { anyStruct, primitive } from './testing/arbitrary-data.ts'
import { MemoryRegistry } from './testing/memory-registry.ts'
import { configOf } from './testing/scene.ts'

const target = { topic: 't' }
const settings = { 'schema.registry.url': 'http://localhost' }
const around = () => ({ role: 'value' as const, log: memoryLogger() })

const all: readonly (readonly [string, () => Converter])[] = [
  [
    'Avro',
    () => openAvro({ config: configOf(avroFields, settings), ...around() }, new MemoryRegistry().open),
  ],
  [
    'JSON Schema',
    () =>
      openJsonSchema(
        { config: configOf(jsonSchemaFields, settings), ...around() },
        new MemoryRegistry().open,
      ),
  ],
  [
    'Protobuf',
    () =>
      openProtobuf({ config: configOf(protobufFields, settings), ...around() }, new MemoryRegistry().open),
  ],
]

const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true })

/** Values of their schemas, with something else in place of a field, of all of them, or of the schema. */
const data = fc.oneof(
  anything.map((value) => ({ value })),
  fc.tuple(fc.oneof(anyStruct(), primitive), anything).map(([{ schema }, value]) => ({ schema, value })),
  fc
    .tuple(anyStruct(), anything)
    .chain(([{ schema, value }, wrong]) =>
      value.map((good) => ({ schema, value: { ...(good as object), f0: wrong } })),
    ),
)

describe('whatever value there is', () => {
  it.each(all)('%s writes it or refuses it as a record error', async (_, open) => {
    const converter = open()
    await fc.assert(
      fc.asyncProperty(data, async (one) => {
        try {
          await converter.toBytes(target, one)
        } catch (error) {
          expect([String(error), kindOf(error)]).toEqual([String(error), 'record'])
        }
      }),
      { numRuns: 1000 },
    )
  })
})
