import { type ConfigOf, type Converter, type ConverterDefinition, defineConverter } from '@sluice/template'
import { openParts, type Opening } from '../open-converter.ts'
import { openRegistry, type OpenRegistry } from '../registry/open-registry.ts'
import { avroFields, otherAvroSettings } from './avro-fields.ts'
import { avroFormatting, compileAvroReader } from './avro-formatting.ts'
import { avroRowEncoder } from './avro-rows.ts'
import { explainAvro } from './explain-avro.ts'

/** Avro with a schema registry, as io.confluent.connect.avro.AvroConverter writes and reads it. */
export const avroConverter: ConverterDefinition<typeof avroFields> = defineConverter({
  name: 'io.confluent.connect.avro.AvroConverter',
  aliases: ['AvroConverter', 'Avro', 'avro'],
  version: '0.1.0',
  doc: 'Converts between values and Avro, whose schemas are in a schema registry.',
  config: avroFields,
  open: (context) => openAvro(context, openRegistry),
})

export function openAvro(context: Opening<ConfigOf<typeof avroFields>>, open: OpenRegistry): Converter {
  const { config, role } = context
  const { registry, strategy, plans, writing, reading } = openParts(context, {
    openRegistry: open,
    format: 'AVRO',
    formatting: avroFormatting(config),
    compileReader: (registered) => compileAvroReader(registered, config),
    explain: (before, text) => explainAvro(before, text, config),
    otherSettings: otherAvroSettings,
  })
  const rows = { config, role, strategy, plans, out: writing.out }
  return {
    toBytes: (target, data) => writing.toBytes(target, data),
    fromBytes: (_target, bytes) => reading.fromBytes(bytes),
    rowEncoder: (value, key) => avroRowEncoder(rows, { value, key }),
    close: () => registry.close(),
  }
}
