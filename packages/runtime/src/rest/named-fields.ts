import { type AnyField, type ConfigFields, type Field, wireNames } from '@sluice/template'

/** A setting as Kafka Connect's ConfigDef shows it. */
export interface ConfigKeyInfo {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly default_value: string | null
  readonly importance: string
  readonly documentation: string
  readonly group: string | null
  /** Within its group, from 0; -1 without one. */
  readonly order: number
  readonly width: string
  readonly display_name: string
  readonly dependents: readonly string[]
}

/** What is shown otherwise than a field says. */
export type Shown = Partial<Omit<ConfigKeyInfo, 'name' | 'required' | 'documentation' | 'dependents'>>

export interface NamedField {
  /** On the wire, with its prefix. */
  readonly name: string
  /** Without it. */
  readonly bareName: string
  readonly field: Field<unknown>
  /** What is shown otherwise than the field says. */
  readonly shown?: Shown
}

/** Prefixes and groups have no key of their own to show. */
export function namedFields(fields: ConfigFields, prefix = ''): readonly NamedField[] {
  return [...wireNames(fields)].flatMap(([bareName, field]) =>
    isField(field) ? [{ name: prefix + bareName, bareName, field }] : [],
  )
}

function isField(field: AnyField): field is Field<unknown> {
  return field.kind === 'field'
}
