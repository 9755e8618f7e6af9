import type { RegisteredSchema } from '../registry/registry.ts'
import { schemaDifferences } from '../schema-differences.ts'
import type { AvroDataConfig } from './avro-fields.ts'
import { parseAvro } from './parse-avro.ts'
import { toConnect } from './to-connect.ts'

/** How a schema differs from the version before it; nothing where one of them can't be read. */
export function explainAvro(
  before: RegisteredSchema,
  text: string,
  config: AvroDataConfig,
): readonly string[] {
  try {
    const old = toConnect(parseAvro(before.text, before.references), config)
    return schemaDifferences(old, toConnect(parseAvro(text), config))
  } catch {
    return []
  }
}
