import { type Converter, parseConfig, type SchemaAndValue } from '@sluice/template'
import { avroFields } from '../avro/avro-fields.ts'
import { AvroReading } from '../avro/avro-reading.ts'
import { AvroWriting } from '../avro/avro-writing.ts'
import { subjectStrategy } from '../registry/subject.ts'
import { MemoryRegistry } from './memory-registry.ts'

export const target = { topic: 't' }

export interface Scene {
  readonly registry: MemoryRegistry
  readonly converter: Pick<Converter, 'toBytes' | 'fromBytes' | 'rowEncoder'>
}

/** A converter of Avro whose registry is in memory. */
export function scene(settings: Record<string, string> = {}, role: 'key' | 'value' = 'value'): Scene {
  const registry = new MemoryRegistry()
  const given = new Map(Object.entries({ 'schema.registry.url': 'http://localhost', ...settings }))
  const { config } = parseConfig(avroFields, given)
  if (!config) throw new Error('Wrong settings.')
  const opened = registry.open('AVRO', { register: config.autoRegisterSchemas })
  const strategy = subjectStrategy(config.valueSubjectNameStrategy)!
  const writing = new AvroWriting({ config, role, registry: opened, strategy })
  const reading = new AvroReading(opened, config)
  return {
    registry,
    converter: {
      toBytes: (to, data) => writing.toBytes(to, data),
      fromBytes: (_from, bytes) => reading.fromBytes(bytes),
      rowEncoder: (value, key) => writing.rowEncoder(value, key),
    },
  }
}

export async function roundTrip({ converter }: Scene, data: SchemaAndValue): Promise<SchemaAndValue> {
  return await converter.fromBytes(target, await converter.toBytes(target, data))
}
