import { type Converter, type ConverterDefinition, parseConfig, type RecordSchema } from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import type { ConfigFields } from '@sluice/template'

export interface OpenHow {
  readonly settings?: Readonly<Record<string, string>>
  readonly role?: 'key' | 'value' | 'header'
}

/** Opens a converter as a worker does. Throws an Error with all that is wrong with the settings. */
export function openConverter<S extends ConfigFields>(
  definition: ConverterDefinition<S>,
  { settings = {}, role = 'value' }: OpenHow = {},
): Converter {
  const { config, issues } = parseConfig(definition.config, new Map(Object.entries(settings)))
  if (!config) throw new Error(issues.map(({ field, message }) => `${field} ${message}`).join('; '))
  return definition.open({ config, role, log: memoryLogger() })
}

/** The same schema without what an equal one may write otherwise: undefined members. */
export function plainSchema(schema: RecordSchema | undefined): unknown {
  return (
    schema &&
    JSON.parse(
      JSON.stringify(schema, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
    )
  )
}
