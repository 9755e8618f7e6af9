import { builtInPlugins } from '@sluice/runtime'
import type { Converter, ConverterDefinition, SchemaAndValue } from '@sluice/template'
import { openConverter } from './scene.ts'

const found = builtInPlugins.find(({ definition }) => definition.name.endsWith('.JsonConverter'))!
const envelope: Converter = openConverter(found.definition as unknown as ConverterDefinition, {
  settings: { 'schemas.enable': 'true', 'replace.null.with.default': 'false' },
})

const target = { topic: 't' }

/** What golden data gives as a JSON envelope. */
export function fromEnvelope(text: string): SchemaAndValue {
  return envelope.fromBytes(target, Buffer.from(text)) as SchemaAndValue
}

export function toEnvelope(data: SchemaAndValue): string {
  return Buffer.from(envelope.toBytes(target, data) as Uint8Array).toString()
}
