import {
  type Converter,
  type ConverterDefinition,
  definitionKind,
  type Issue,
  type Logger,
  parseConfig,
} from '@sluice/template'
import { ConfigError } from '../task/config-error.ts'
import type { Stage } from '../errors/stages.ts'
import type { PluginLookup } from '../task/task.ts'

export interface Converters {
  readonly key: Converter
  readonly value: Converter
  readonly header: Converter
  /** As the settings name them. */
  readonly names: Readonly<Record<Role, string>>
  close(): Promise<void>
}

export type Role = 'key' | 'value' | 'header'

/** Which converter a stage is about, as the settings name it. */
export function converterName(converters: Converters, stage: Stage): string {
  if (stage === 'KEY_CONVERTER') return converters.names.key
  return stage === 'HEADER_CONVERTER' ? converters.names.header : converters.names.value
}

interface Choice {
  readonly name: string
  readonly settings: ReadonlyMap<string, string>
  readonly field: string
}

/** Where neither the connector nor the worker names a converter: JSON without schemas. */
const fallback: Readonly<Record<Role, { name: string; settings: ReadonlyMap<string, string> }>> = {
  key: {
    name: 'org.apache.kafka.connect.json.JsonConverter',
    settings: new Map([['schemas.enable', 'false']]),
  },
  value: {
    name: 'org.apache.kafka.connect.json.JsonConverter',
    settings: new Map([['schemas.enable', 'false']]),
  },
  header: { name: 'org.apache.kafka.connect.storage.SimpleHeaderConverter', settings: new Map() },
}

/**
 * Opens a task's converters. As in Kafka Connect a connector that names a converter configures it too; otherwise
 * name and settings are the worker's. Throws a ConfigError with everything that is wrong.
 */
export function openConverters(how: {
  readonly settings: ReadonlyMap<string, string>
  readonly worker: ReadonlyMap<string, string>
  readonly plugins: PluginLookup
  readonly log: Logger
}): Converters {
  const issues: Issue[] = []
  const choices = {
    key: choose(how, 'key'),
    value: choose(how, 'value'),
    header: choose(how, 'header'),
  }
  const opened = (['key', 'value', 'header'] as const).map((role) =>
    openOne(how, { role, choice: choices[role], issues }),
  )
  const [key, value, header] = opened
  if (!key || !value || !header) throw new ConfigError(issues)
  return {
    key,
    value,
    header,
    names: { key: choices.key.name, value: choices.value.name, header: choices.header.name },
    close: async () => {
      for (const converter of [key, value, header]) await converter.close?.()
    },
  }
}

function choose(
  how: { readonly settings: ReadonlyMap<string, string>; readonly worker: ReadonlyMap<string, string> },
  role: Role,
): Choice {
  const field = `${role}.converter`
  for (const settings of [how.settings, how.worker]) {
    const name = settings.get(field)
    if (name !== undefined) return { name, field, settings: under(settings, `${field}.`) }
  }
  return { ...fallback[role], field }
}

function openOne(
  { plugins, log }: { readonly plugins: PluginLookup; readonly log: Logger },
  how: { role: Role; choice: Choice; issues: Issue[] },
): Converter | undefined {
  const { role, choice, issues } = how
  try {
    const found = plugins.find('converter', choice.name)
    if (definitionKind(found) !== 'converter') throw new Error('it is not a converter.')
    const definition = found as ConverterDefinition
    const parsed = parseConfig(definition.config, choice.settings)
    issues.push(...parsed.issues.map((issue) => ({ ...issue, field: `${choice.field}.${issue.field}` })))
    return parsed.config && definition.open({ config: parsed.config, role, log })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    issues.push({ field: choice.field, message: `names "${choice.name}": ${reason}` })
    return undefined
  }
}

function under(settings: ReadonlyMap<string, string>, start: string): ReadonlyMap<string, string> {
  const entries = [...settings].filter(([key]) => key.startsWith(start))
  return new Map(entries.map(([key, value]) => [key.slice(start.length), value]))
}
