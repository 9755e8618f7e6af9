import {
  type ConfigFields,
  type ConfigOf,
  type Converter,
  type ConverterDefinition,
  parseConfig,
} from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'

export interface OpenHow {
  readonly settings?: Readonly<Record<string, string>>
  readonly role?: 'key' | 'value' | 'header'
}

/** Opens a converter as a worker does. Throws an Error with all that is wrong with the settings. */
export function openConverter<S extends ConfigFields>(
  definition: ConverterDefinition<S>,
  { settings = {}, role = 'value' }: OpenHow = {},
): Converter {
  return definition.open({ config: configOf(definition.config, settings), role, log: memoryLogger() })
}

/** Throws an Error with all that is wrong with the settings. */
export function configOf<S extends ConfigFields>(
  fields: S,
  settings: Readonly<Record<string, string>>,
): ConfigOf<S> {
  const { config, issues } = parseConfig(fields, new Map(Object.entries(settings)))
  if (config) return config
  throw new Error(issues.map(({ field, message }) => `${field} ${message}`).join('; '))
}
