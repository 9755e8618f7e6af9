import {
  boolean,
  className,
  type ConfigFields,
  type DefinitionKind,
  list,
  parseConfig,
  string,
} from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { Plugin, PluginRegistry } from '../plugins/registry.ts'
import { under } from '../transforms/opening.ts'
import { type NamedField, namedFields } from './named-fields.ts'

/** Settings that go together, under one prefix. */
export interface Section {
  readonly fields: readonly NamedField[]
  /** As the fields know them: without the prefix. */
  readonly settings: Settings
}

/** Those of the parts of a connector that its settings name: transforms, predicates, converters. */
export function partSections(settings: Settings, registry: PluginRegistry): readonly Section[] {
  const { config } = parseConfig(lists, settings)
  const lookup = { settings, registry }
  return [
    ...[...new Set(config?.transforms)].map((alias) => step(alias, { ...lookup, kind: 'transform' })),
    ...[...new Set(config?.predicates)].map((alias) => step(alias, { ...lookup, kind: 'predicate' })),
    ...['header.converter', 'key.converter', 'value.converter'].flatMap((role) => converter(role, lookup)),
  ]
}

const lists = {
  transforms: list({ doc: 'Names the transforms.', default: [] }),
  predicates: list({ doc: 'Names the predicates.', default: [] }),
}

interface Lookup {
  readonly settings: Settings
  readonly registry: PluginRegistry
}

/** A transform or a predicate: its class first, then what that takes. */
function step(alias: string, how: Lookup & { readonly kind: 'transform' | 'predicate' }): Section {
  const { kind } = how
  const prefix = `${kind}s.${alias}.`
  const settings = under(how.settings, prefix)
  const plugin = find(settings.get('type'), how)
  const word = kind === 'transform' ? 'Transformation' : 'Predicate'
  const group = `${word === 'Predicate' ? 'Predicates' : 'Transforms'}: ${alias}`
  const head = namedFields(headFields(kind), prefix).map((one, order) => ({
    ...one,
    shown: {
      order,
      group,
      width: 'LONG',
      display_name: `${word} ${order === 0 ? 'type' : 'version'} for ${alias}`,
      ...(order === 1 && { default_value: plugin?.definition.version ?? null }),
    },
  }))
  const own = plugin && { ...plugin.definition.config, ...(kind === 'transform' && conditionFields) }
  const tail = inOrder(namedFields(own ?? {}, prefix)).map((one, index) => ({
    ...one,
    shown: { order: index + head.length, group },
  }))
  return { settings, fields: [...head, ...tail] }
}

const headFields = (kind: string): ConfigFields => ({
  type: className({ doc: `Says which ${kind} it is.`, importance: 'HIGH' }),
  pluginVersion: string({
    doc: `Version of the ${kind}; does nothing: the version is the one that is installed.`,
    importance: 'HIGH',
    optional: true,
  }),
})

const conditionFields: ConfigFields = {
  predicate: string({
    doc: 'Names the predicate that decides whether it is applied.',
    importance: 'MEDIUM',
    optional: true,
  }),
  negate: boolean({
    doc: 'Applies it where the predicate does not hold.',
    importance: 'MEDIUM',
    default: false,
  }),
}

const importances = ['HIGH', 'MEDIUM', 'LOW']

/** As Kafka's ConfigDef sorts them: what is required, then by importance, then by name. */
function inOrder(fields: readonly NamedField[]): readonly NamedField[] {
  const rank = ({ field }: NamedField): number =>
    (field.required ? 0 : 10) + importances.indexOf(field.importance ?? 'LOW')
  return fields.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))
}

/** Only where the connector has a converter of its own: the worker's is the worker's business. */
function converter(role: string, { settings, registry }: Lookup): readonly Section[] {
  const plugin = find(settings.get(role), { registry, kind: 'converter' })
  if (plugin === undefined) return []
  const prefix = `${role}.`
  return [{ settings: under(settings, prefix), fields: namedFields(plugin.definition.config, prefix) }]
}

/** Undefined where there is no such plug-in; an issue says so. */
function find(
  name: string | undefined,
  { registry, kind }: { readonly registry: PluginRegistry; readonly kind: DefinitionKind },
): Plugin | undefined {
  if (name === undefined) return undefined
  try {
    return registry.get(kind, name.trim())
  } catch {
    return undefined
  }
}
