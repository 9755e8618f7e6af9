import { type Issue, looksSecret } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { Plugin, PluginRegistry } from '../plugins/registry.ts'
import { frameworkFields, keyInfos, namedFields, undeclaredKey } from './config-keys.ts'
import { partSections, type Section } from './config-sections.ts'

/** Where a password would be: nobody who reads the answer needs it. */
const hidden = '[hidden]'

export interface Validated {
  readonly settings: Settings
  readonly issues: readonly Issue[]
  readonly registry: PluginRegistry
}

/**
 * The answer to a validate request, as Kafka Connect's ConfigInfos: every setting of the connector, of the framework, and of the transforms, predicates
 * and converters that the settings name, each with its value and what is wrong with it.
 */
export function configInfos(plugin: Plugin, { settings, issues, registry }: Validated): object {
  const own = new Set(namedFields(plugin.definition.config).map(({ name }) => name))
  const sections: readonly Section[] = [
    {
      prefix: '',
      settings,
      fields: namedFields(frameworkFields(plugin)).filter(({ name }) => !own.has(name)),
    },
    { prefix: '', settings, fields: namedFields(plugin.definition.config) },
    ...partSections(settings, registry),
  ]
  const errors = Map.groupBy(issues, (issue) => issue.field)
  const errorsOf = (name: string): readonly string[] =>
    (errors.get(name) ?? []).map(({ message }) => `${name} ${message}`)
  const fields = sections.flatMap((section) => section.fields)
  const infos = new Map(keyInfos(fields).map((info) => [info.name, info]))
  const declared = sections.flatMap((section) =>
    section.fields.map(({ name, field }) => ({
      definition: infos.get(name)!,
      value: {
        name,
        value: shown(settings.get(name), field.secret) ?? (field.secret ? null : field.defaultText),
        recommended_values: field.recommended ?? [],
        errors: errorsOf(name),
        visible: field.visible?.(section.settings) ?? true,
      },
    })),
  )
  const others = undeclared([...settings.keys()], { errors, infos }).map((name) => ({
    definition: undeclaredKey(name),
    value: {
      name,
      value: shown(settings.get(name), looksSecret(name)) ?? null,
      recommended_values: [],
      errors: errorsOf(name),
      visible: true,
    },
  }))
  const groups = fields.flatMap(({ field }) => field.group ?? [])
  return {
    name: settings.get('connector.class'),
    error_count: issues.length,
    groups: [...new Set(groups)],
    configs: [...declared, ...others],
  }
}

/** Client overrides, and whatever else is wrong: others that nobody declares are left out, as Kafka Connect does. */
function undeclared(
  given: readonly string[],
  how: { readonly errors: ReadonlyMap<string, unknown>; readonly infos: ReadonlyMap<string, unknown> },
): readonly string[] {
  const overrides = given.filter((name) => /^(producer|consumer|admin)\.override\./.test(name))
  return [...new Set([...overrides, ...how.errors.keys()])].filter((name) => !how.infos.has(name))
}

function shown(value: string | undefined, secret: boolean): string | undefined {
  return value !== undefined && secret ? hidden : value
}
