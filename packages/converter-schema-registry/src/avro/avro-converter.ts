import { type ConverterDefinition, defineConverter } from '@sluice/template'
import { openRegistry } from '../registry/open-registry.ts'
import { withoutEffect } from '../registry/other-settings.ts'
import { subjectStrategy } from '../registry/subject.ts'
import { avroFields, otherAvroSettings } from './avro-fields.ts'
import { AvroReading } from './avro-reading.ts'
import { AvroWriting } from './avro-writing.ts'
import { explainAvro } from './explain-avro.ts'

/** Avro with a schema registry, as io.confluent.connect.avro.AvroConverter writes and reads it. */
export const avroConverter: ConverterDefinition<typeof avroFields> = defineConverter({
  name: 'io.confluent.connect.avro.AvroConverter',
  aliases: ['AvroConverter', 'Avro', 'avro'],
  version: '0.1.0',
  doc: 'Converts between values and Avro, whose schemas are in a schema registry.',
  config: avroFields,
  open: ({ config, role, log }) => {
    for (const sentence of withoutEffect(otherAvroSettings, config)) log.warn({ role }, sentence)
    const strategy = role === 'key' ? config.keySubjectNameStrategy : config.valueSubjectNameStrategy
    const registry = openRegistry(config, {
      format: 'AVRO',
      explain: (before, text) => explainAvro(before, text, config),
    })
    const writing = new AvroWriting({ config, role, registry, strategy: subjectStrategy(strategy)! })
    const reading = new AvroReading(registry, config)
    return {
      toBytes: (target, data) => writing.toBytes(target, data),
      fromBytes: (_target, bytes) => reading.fromBytes(bytes),
      rowEncoder: (value, key) => writing.rowEncoder(value, key),
      close: () => registry.close(),
    }
  },
})
