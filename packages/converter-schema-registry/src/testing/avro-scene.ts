import type { Converter, SchemaAndValue } from '@sluice/template'
import { avroFields } from '../avro/avro-fields.ts'
import { openAvro } from '../avro/avro-converter.ts'
import { MemoryRegistry } from './memory-registry.ts'
import { configOf } from './scene.ts'
import { memoryLogger } from '@sluice/testkit'

export const target = { topic: 't' }

export interface Scene {
  readonly registry: MemoryRegistry
  readonly converter: Converter
}

/** A converter of Avro whose registry is in memory. */
export function scene(settings: Record<string, string> = {}, role: 'key' | 'value' = 'value'): Scene {
  const registry = new MemoryRegistry()
  const config = configOf(avroFields, { 'schema.registry.url': 'http://localhost', ...settings })
  return { registry, converter: openAvro({ config, role, log: memoryLogger() }, registry.open) }
}

export async function roundTrip({ converter }: Scene, data: SchemaAndValue): Promise<SchemaAndValue> {
  return await converter.fromBytes(target, await converter.toBytes(target, data))
}
