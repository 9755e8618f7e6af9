import {
  type AnyField,
  type ConfigFields,
  type Field,
  type Issue,
  maskSecrets,
  wireNames,
} from '@sluice/template'
import { connectorFields } from '../config/connector-fields.ts'
import type { Settings } from '../config/settings.ts'
import type { Plugin } from '../plugins/registry.ts'
import { sinkFields, sourceFields } from '../task/settings.ts'

interface KeyInfo {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly default_value: string | null
  readonly importance: string
  readonly documentation: string
  readonly group: string | null
  readonly order: number
  readonly width: string
  readonly display_name: string
  readonly dependents: readonly string[]
}

/** A plug-in's own settings as Kafka Connect's ConfigDef shows them. */
export function configKeys(plugin: Plugin): readonly KeyInfo[] {
  return namedFields(plugin.definition.config).map(([name, field], order) => keyInfo(name, field, order + 1))
}

/** The answer to a validate request: every setting, the framework's first, with its value and what is wrong with it. */
export function configInfos(
  plugin: Plugin,
  how: { readonly settings: Settings; readonly issues: readonly Issue[] },
): object {
  const framework: ConfigFields = {
    ...connectorFields,
    ...(plugin.kind === 'sink' ? sinkFields : sourceFields),
  }
  const shown = maskSecrets({ ...framework, ...plugin.definition.config }, how.settings)
  const fields = new Map([...namedFields(framework), ...namedFields(plugin.definition.config)])
  const errors = Map.groupBy(how.issues, (issue) => issue.field)
  const unnamed = [...errors.keys()].filter((name) => !fields.has(name))
  const configs = [...fields].map(([name, field], order) => ({
    definition: keyInfo(name, field, order + 1),
    value: {
      name,
      value: shown.get(name) ?? field.defaultText,
      recommended_values: field.recommended ?? [],
      errors: (errors.get(name) ?? []).map((issue) => `${name} ${issue.message}`),
      visible: field.visible?.(how.settings) ?? true,
    },
  }))
  const others = unnamed.map((name) => ({
    definition: unknownKey(name),
    value: {
      name,
      value: shown.get(name) ?? null,
      recommended_values: [],
      errors: errors.get(name)!.map((issue) => `${name} ${issue.message}`),
      visible: true,
    },
  }))
  const groups = [...fields.values()].map((field) => field.group ?? 'Common')
  return {
    name: plugin.definition.name,
    error_count: errors.size,
    groups: [...new Set(groups)],
    configs: [...configs, ...others],
  }
}

/** Prefixes and groups have no key of their own to show. */
function namedFields(fields: ConfigFields): ReadonlyArray<[string, Field<unknown>]> {
  return [...wireNames(fields)].filter((entry): entry is [string, Field<unknown>] => isField(entry[1]))
}

function isField(field: AnyField): field is Field<unknown> {
  return field.kind === 'field'
}

function keyInfo(name: string, field: Field<unknown>, order: number): KeyInfo {
  return {
    name,
    type: field.type,
    required: field.required,
    default_value: field.defaultText,
    importance: field.importance ?? 'LOW',
    documentation: field.doc,
    group: field.group ?? 'Common',
    order,
    width: field.width ?? 'NONE',
    display_name: field.displayName ?? name,
    dependents: field.dependents ?? [],
  }
}

function unknownKey(name: string): KeyInfo {
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
