import type { Plugin } from '../plugins/registry.ts'
import { frameworkKeys } from './framework-keys.ts'
import { type ConfigKeyInfo, type NamedField, namedFields } from './named-fields.ts'

/** The settings that a plug-in takes: its own, and for a connector the framework's beside them. */
export function configKeys(plugin: Plugin): readonly ConfigKeyInfo[] {
  return keyInfos(allKeys(plugin))
}

/** Those of a connector itself. What it declares takes the place of the framework's of the same name. */
export function allKeys(plugin: Plugin): readonly NamedField[] {
  const own = namedFields(plugin.definition.config)
  if (plugin.kind !== 'source' && plugin.kind !== 'sink') return own
  const names = new Set(own.map(({ name }) => name))
  return [...own, ...frameworkKeys(plugin).filter(({ name }) => !names.has(name))]
}

export function keyInfos(fields: readonly NamedField[]): readonly ConfigKeyInfo[] {
  const counts = new Map<string, number>()
  return fields.map((one) => {
    const group = one.shown?.group ?? one.field.group
    if (group === undefined || group === null) return keyInfo(one, -1)
    const order = counts.get(group) ?? 0
    counts.set(group, order + 1)
    return keyInfo(one, order)
  })
}

/** Of a setting that nobody declares. */
export function undeclaredKey(name: string): ConfigKeyInfo {
  return {
    name,
    type: 'STRING',
    required: false,
    default_value: null,
    importance: 'LOW',
    documentation: '',
    group: null,
    order: -1,
    width: 'NONE',
    display_name: name,
    dependents: [],
  }
}

function keyInfo({ name, bareName, field, shown }: NamedField, order: number): ConfigKeyInfo {
  return {
    name,
    type: field.type,
    required: field.required,
    default_value: field.secret ? null : field.defaultText,
    importance: field.importance ?? 'LOW',
    documentation: field.doc,
    group: field.group ?? null,
    order,
    width: field.width ?? 'NONE',
    display_name: field.displayName ?? bareName,
    dependents: field.dependents ?? [],
    ...shown,
  }
}
