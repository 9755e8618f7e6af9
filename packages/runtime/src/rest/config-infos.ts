import { type Issue, looksSecret } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { Plugin, PluginRegistry } from '../plugins/registry.ts'
import { allKeys, keyInfos, undeclaredKey } from './config-keys.ts'
import { partSections, type Section } from './config-sections.ts'
import { frameworkDefaults } from './framework-keys.ts'
import { issueWords } from './issue-words.ts'
import type { ConfigKeyInfo, NamedField } from './named-fields.ts'
import { pluginNames } from './plugin-list.ts'

/** Where a password would be: nobody who reads the answer needs it. */
const hidden = '[hidden]'

export interface Validated {
  readonly settings: Settings
  readonly issues: readonly Issue[]
  readonly worker: Settings
  readonly registry: PluginRegistry
}

interface ConfigInfo {
  readonly definition: ConfigKeyInfo
  readonly value: {
    readonly name: string
    readonly value: string | null
    readonly recommended_values: readonly string[]
    readonly errors: readonly string[]
    readonly visible: boolean
  }
}

/**
 * The answer to a validate request, as Kafka Connect's ConfigInfos: every setting of the connector, of the framework, and of the transforms, predicates
 * and converters that the settings name, each with its value and what is wrong with it.
 */
export function configInfos(plugin: Plugin, validated: Validated): object {
  const { settings, issues, registry } = validated
  const sections: readonly Section[] = [
    { settings, fields: allKeys(plugin) },
    ...partSections(settings, registry),
  ]
  const errors = Map.groupBy(issues, (issue) => issue.field)
  const errorsOf = (name: string): readonly string[] => (errors.get(name) ?? []).map(issueWords)
  const infos = new Map(keyInfos(sections.flatMap(({ fields }) => fields)).map((one) => [one.name, one]))
  const defaults = frameworkDefaults(settings, validated)
  const declared = sections.flatMap((section) =>
    section.fields.map((field): ConfigInfo => {
      const definition = infos.get(field.name)!
      const default_value = defaults.get(field.name) ?? definition.default_value
      const shown = { ...definition, default_value }
      return { definition: shown, value: valueOf(field, { section, settings, registry, shown, errorsOf }) }
    }),
  )
  const others = undeclared([...settings.keys()], { errors, infos }).map(
    (name): ConfigInfo => ({
      definition: undeclaredKey(name),
      value: {
        name,
        value: (looksSecret(name) ? hiddenIf(settings.get(name)) : settings.get(name)) ?? null,
        recommended_values: [],
        errors: errorsOf(name),
        visible: true,
      },
    }),
  )
  const [connector, ...parts] = sections.map((section) => section.fields)
  const byOrigin = [
    ...connector!.filter(isFramework),
    ...connector!.filter((one) => !isFramework(one)),
    ...parts.flat(),
  ]
  const groups = byOrigin.flatMap(({ name }) => infos.get(name)?.group ?? [])
  return {
    name: settings.get('connector.class'),
    error_count: issues.length,
    groups: [...new Set(groups)],
    configs: [...declared, ...others],
  }
}

function isFramework({ shown }: NamedField): boolean {
  return shown !== undefined
}

function valueOf(
  { name, field }: NamedField,
  how: {
    readonly section: Section
    readonly settings: Settings
    readonly registry: PluginRegistry
    readonly shown: ConfigKeyInfo
    readonly errorsOf: (name: string) => readonly string[]
  },
): ConfigInfo['value'] {
  const given = how.settings.get(name)
  const value = field.secret ? hiddenIf(given) : field.type === 'LIST' ? joined(given) : given
  return {
    name,
    value: value ?? how.shown.default_value,
    recommended_values: recommendedValues(name, how) ?? field.recommended ?? [],
    errors: how.errorsOf(name),
    // the version of a converter that there isn't
    visible: name.endsWith('converter.plugin.version')
      ? how.shown.default_value !== null
      : (field.visible?.(how.section.settings) ?? true),
  }
}

function isVersion(name: string): boolean {
  return name.endsWith('.plugin.version')
}

function recommendedValues(
  name: string,
  { registry, shown }: { readonly registry: PluginRegistry; readonly shown: ConfigKeyInfo },
): readonly string[] | undefined {
  if (name === 'header.converter') return pluginNames(registry, 'header_converter')
  if (name === 'key.converter' || name === 'value.converter') return pluginNames(registry, 'converter')
  if (/^transforms\..+\.type$/.test(name)) return pluginNames(registry, 'transformation')
  if (/^predicates\..+\.type$/.test(name)) return pluginNames(registry, 'predicate')
  if (!isVersion(name)) return undefined
  return shown.default_value === null ? [] : [shown.default_value]
}

/** Client overrides, and whatever else is wrong: others that nobody declares are left out, as Kafka Connect does. */
function undeclared(
  given: readonly string[],
  how: { readonly errors: ReadonlyMap<string, unknown>; readonly infos: ReadonlyMap<string, unknown> },
): readonly string[] {
  const overrides = given.filter((name) => /^(producer|consumer|admin)\.override\./.test(name))
  return [...new Set([...overrides, ...how.errors.keys()])].filter((name) => !how.infos.has(name))
}

function hiddenIf(value: string | undefined): string | undefined {
  return value === undefined ? undefined : hidden
}

function joined(value: string | undefined): string | undefined {
  return value
    ?.split(',')
    .map((one) => one.trim())
    .join(',')
}
