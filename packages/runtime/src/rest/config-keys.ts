import { type AnyField, type ConfigFields, type Field, wireNames } from '@sluice/template'
import { connectorFields } from '../config/connector-fields.ts'
import type { Plugin } from '../plugins/registry.ts'
import { sinkFields, sourceFields } from '../task/settings.ts'

/** A setting as Kafka Connect's ConfigDef shows it. */
export interface ConfigKeyInfo {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly default_value: string | null
  readonly importance: string
  readonly documentation: string
  readonly group: string | null
  /** Within its group. */
  readonly order: number
  readonly width: string
  readonly display_name: string
  readonly dependents: readonly string[]
}

export interface NamedField {
  /** On the wire, with its prefix. */
  readonly name: string
  readonly field: Field<unknown>
}

/** The settings that a plug-in takes: its own, and for a connector the framework's beside them. */
export function configKeys(plugin: Plugin): readonly ConfigKeyInfo[] {
  const own = namedFields(plugin.definition.config)
  const names = new Set(own.map(({ name }) => name))
  const framework = namedFields(frameworkFields(plugin)).filter(({ name }) => !names.has(name))
  return keyInfos([...own, ...framework])
}

/** What every connector of the kind may set. */
export function frameworkFields({ kind }: Plugin): ConfigFields {
  if (kind === 'source') return { ...connectorFields, ...sourceFields }
  return kind === 'sink' ? { ...connectorFields, ...sinkFields } : {}
}

/** Prefixes and groups have no key of their own to show. */
export function namedFields(fields: ConfigFields, prefix = ''): readonly NamedField[] {
  return [...wireNames(fields)].flatMap(([name, field]) =>
    isField(field) ? [{ name: prefix + name, field }] : [],
  )
}

export function keyInfos(fields: readonly NamedField[]): readonly ConfigKeyInfo[] {
  const counts = new Map<string | undefined, number>()
  return fields.map(({ name, field }) => {
    const order = (counts.get(field.group) ?? 0) + 1
    counts.set(field.group, order)
    return keyInfo(name, field, order)
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

function isField(field: AnyField): field is Field<unknown> {
  return field.kind === 'field'
}

function keyInfo(name: string, field: Field<unknown>, order: number): ConfigKeyInfo {
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
    display_name: field.displayName ?? name,
    dependents: field.dependents ?? [],
  }
}
