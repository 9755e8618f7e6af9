import {
  boolean,
  className,
  type ConfigFields,
  type DefinitionKind,
  int,
  list,
  parseConfig,
  string,
} from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import { under } from '../transforms/opening.ts'
import { type NamedField, namedFields } from './config-keys.ts'

/** Settings that go together, under one prefix. */
export interface Section {
  readonly prefix: string
  readonly fields: readonly NamedField[]
  /** As the fields know them: without the prefix. */
  readonly settings: Settings
}

/** Those of the parts of a connector that its settings name: transforms, predicates, converters, groups of topics to be created. */
export function partSections(settings: Settings, registry: PluginRegistry): readonly Section[] {
  const { config } = parseConfig(lists, settings)
  const converters = ['header.converter', 'key.converter', 'value.converter'] as const
  return [
    ...(config?.transforms ?? []).map((alias) =>
      named(
        { prefix: `transforms.${alias}.`, group: `Transforms: ${alias}`, own: transformFields },
        {
          settings,
          registry,
          kind: 'transform',
        },
      ),
    ),
    ...(config?.predicates ?? []).map((alias) =>
      named(
        { prefix: `predicates.${alias}.`, group: `Predicates: ${alias}`, own: predicateFields },
        {
          settings,
          registry,
          kind: 'predicate',
        },
      ),
    ),
    ...topicGroups(settings, config?.topicCreationGroups ?? []),
    ...converters.flatMap((role) => converter(role, settings, registry)),
  ]
}

const lists = {
  transforms: list({ doc: 'Names the transforms.', default: [] }),
  predicates: list({ doc: 'Names the predicates.', default: [] }),
  topicCreationGroups: list({ doc: 'Names the groups.', default: [] }),
}

const transformFields: ConfigFields = {
  type: className({ doc: 'Says which transform it is.', importance: 'HIGH' }),
  predicate: string({ doc: 'Names the predicate that decides whether it is applied.', default: '' }),
  negate: boolean({ doc: 'Applies it where the predicate does not hold.', default: false }),
}

const predicateFields: ConfigFields = {
  type: className({ doc: 'Says which predicate it is.', importance: 'HIGH' }),
}

interface Lookup {
  readonly settings: Settings
  readonly registry: PluginRegistry
  readonly kind: DefinitionKind
}

function named(
  part: { readonly prefix: string; readonly group: string; readonly own: ConfigFields },
  lookup: Lookup,
): Section {
  const { prefix, group, own } = part
  const settings = under(lookup.settings, prefix)
  const fields = { ...own, ...fieldsOf(settings.get('type'), lookup) }
  return { prefix, settings, fields: inGroup(namedFields(fields, prefix), group) }
}

/** Only where the connector has a converter of its own: the worker's is the worker's business. */
function converter(role: string, all: Settings, registry: PluginRegistry): readonly Section[] {
  const name = all.get(role)
  if (name === undefined) return []
  const prefix = `${role}.`
  const fields = fieldsOf(name, { settings: all, registry, kind: 'converter' })
  return [{ prefix, settings: under(all, prefix), fields: namedFields(fields, prefix) }]
}

function topicGroups(settings: Settings, groups: readonly string[]): readonly Section[] {
  if (![...settings.keys()].some((key) => key.startsWith('topic.creation.'))) return []
  return ['default', ...groups.filter((group) => group !== 'default')].map((group) => {
    const prefix = `topic.creation.${group}.`
    const fields = namedFields({ ...(group !== 'default' && matchFields), ...topicFields }, prefix)
    return { prefix, settings: under(settings, prefix), fields: inGroup(fields, `Topic Creation: ${group}`) }
  })
}

const matchFields: ConfigFields = {
  include: list({
    doc: 'Regular expressions of the topics that it is for.',
    importance: 'HIGH',
    default: [],
  }),
  exclude: list({
    doc: 'Regular expressions of topics that it is not for.',
    importance: 'MEDIUM',
    default: [],
  }),
}

const topicFields: ConfigFields = {
  replicationFactor: int({ doc: 'Makes so many replicas; -1 as the brokers do.', default: -1 }),
  partitions: int({ doc: 'Makes so many partitions; -1 as the brokers do.', default: -1 }),
}

/** None where there is no such plug-in; an issue says so. */
function fieldsOf(name: string | undefined, { registry, kind }: Lookup): ConfigFields {
  if (name === undefined) return {}
  try {
    return registry.get(kind, name.trim()).definition.config
  } catch {
    return {}
  }
}

function inGroup(fields: readonly NamedField[], group: string): readonly NamedField[] {
  return fields.map(({ name, field }) => ({ name, field: { ...field, group } }))
}
