import { type ConfigOf, type Converter, type ConverterDefinition, defineConverter } from '@sluice/template'
import { openParts, type Opening } from '../open-converter.ts'
import { openRegistry, type OpenRegistry } from '../registry/open-registry.ts'
import { otherProtobufSettings, protobufFields } from './protobuf-fields.ts'
import { compileProtobufReader, explainProtobuf, protobufFormatting } from './protobuf-formatting.ts'

/** Protobuf with a schema registry, as io.confluent.connect.protobuf.ProtobufConverter writes and reads it. */
export const protobufConverter: ConverterDefinition<typeof protobufFields> = defineConverter({
  name: 'io.confluent.connect.protobuf.ProtobufConverter',
  aliases: ['ProtobufConverter', 'Protobuf', 'protobuf'],
  version: '0.1.0',
  doc: 'Converts between values and Protobuf, whose schemas are in a schema registry.',
  config: protobufFields,
  open: (context) => openProtobuf(context, openRegistry),
})

export function openProtobuf(
  context: Opening<ConfigOf<typeof protobufFields>>,
  open: OpenRegistry,
): Converter {
  const { config } = context
  const { registry, writing, reading } = openParts(context, {
    openRegistry: open,
    format: 'PROTOBUF',
    formatting: protobufFormatting(config),
    compileReader: (registered) => compileProtobufReader(registered, config),
    explain: (before, text) => explainProtobuf(before, text, config),
    otherSettings: otherProtobufSettings,
  })
  return {
    toBytes: (target, data) => writing.toBytes(target, data),
    fromBytes: (_target, bytes) => reading.fromBytes(bytes),
    close: () => registry.close(),
  }
}
