import {
  type AnyField,
  type ConfigFields,
  type Field,
  type GroupsField,
  type PrefixField,
  wireName,
} from '@sluice/template'
import { connectorFields } from '../config/connector-fields.ts'
import { type Settings, type SettingsInput, toSettings } from '../config/settings.ts'
import { sinkFields, sourceFields } from '../task/settings.ts'

type FrameworkFields = typeof connectorFields & typeof sourceFields & typeof sinkFields

type InputOf<F> =
  F extends Field<infer T>
    ? T | (T extends bigint ? number : never)
    : F extends PrefixField
      ? Readonly<Record<string, string>>
      : F extends GroupsField<infer G>
        ? Readonly<Record<string, ConfigInput<G>>>
        : never

/** Settings by the properties that a definition declares. What is required is checked when they are read. */
export type ConfigInput<S extends ConfigFields> = { readonly [P in keyof S]?: InputOf<S[P]> | undefined }

/**
 * A connector's settings as a program writes them: the definition's own and the framework's by property, and any setting by its dotted key,
 * as text.
 */
export type TypedSettings<S extends ConfigFields> = ConfigInput<S> &
  Omit<ConfigInput<FrameworkFields>, 'name' | 'connectorClass' | keyof S> & {
    readonly [key: `${string}.${string}`]: string | number | boolean
  }

/** The same settings by their keys, as text. */
export function settingsFromTyped(own: ConfigFields, input: Readonly<Record<string, unknown>>): Settings {
  const fields: ConfigFields = { ...connectorFields, ...sourceFields, ...sinkFields, ...own }
  const settings = new Map<string, string>()
  for (const [property, value] of Object.entries(input)) {
    if (value === undefined || value === null) continue
    const field = Object.hasOwn(fields, property) ? fields[property] : undefined
    if (field === undefined) settings.set(property, textOf(value))
    else write(settings, { property, field, value, start: '' })
  }
  return settings
}

/** Accepts settings by property, by key, or both mixed. */
export function connectorSettingsOf(own: ConfigFields, input: SettingsInput | object): Settings {
  return input instanceof Map
    ? toSettings(input as Settings, 'The settings')
    : settingsFromTyped(own, input as Readonly<Record<string, unknown>>)
}

interface Entry {
  readonly property: string
  readonly field: AnyField
  readonly value: unknown
  readonly start: string
}

function write(settings: Map<string, string>, { property, field, value, start }: Entry): void {
  if (field.kind === 'field') {
    settings.set(start + wireName(property, field), textOf(value))
    return
  }
  for (const [key, member] of Object.entries(value as Record<string, unknown>)) {
    if (field.kind === 'prefix') settings.set(field.prefix + key, textOf(member))
    else writeGroup(settings, { start: `${field.prefix}${key}.`, fields: field.fields, value: member })
  }
}

function writeGroup(
  settings: Map<string, string>,
  group: { readonly start: string; readonly fields: ConfigFields; readonly value: unknown },
): void {
  for (const [property, value] of Object.entries(group.value as Record<string, unknown>)) {
    const field = group.fields[property]
    if (field !== undefined && value !== undefined)
      write(settings, { property, field, value, start: group.start })
  }
}

function textOf(value: unknown): string {
  if (value instanceof RegExp) return value.source
  if (value instanceof Map) return [...value].map(([name, member]) => `${name}:${member}`).join(',')
  if (Array.isArray(value)) return value.map(textOf).join(',')
  return String(value)
}
