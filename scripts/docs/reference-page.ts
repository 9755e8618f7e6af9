import type { AnyField, ConfigFields, Field } from '../../packages/template/src/index.ts'
import { wireNames } from '../../packages/template/src/index.ts'
import { code, markdownTable } from './markdown.ts'

/** One way to have the same settings, with defaults of its own. */
export interface Variant {
  /** Heads the column of its defaults. */
  readonly label: string
  readonly fields: ConfigFields
}

export interface ReferencePage {
  readonly title: string
  readonly intro: string
  /** The first one's declarations are shown; the others differ in defaults. */
  readonly variants: readonly [Variant, ...Variant[]]
  /** Headings that hold nothing of use: their settings are in SETTINGS.md. */
  readonly without?: readonly string[]
}

export const madeBy = 'This page is made by `npx -y pnpm@12 run docs` from the declarations in the code.'

/** A page of docs/reference: the declared settings by their groups, most important ones first. */
export function referencePage({ title, intro, variants, without = [] }: ReferencePage): string {
  const [first] = variants
  const groups = Map.groupBy([...wireNames(first.fields)], ([, field]) => groupOf(field))
  const sections = [...groups]
    .filter(([group]) => !without.includes(group))
    .map(([group, settings]) => `## ${group}\n\n${table(settings, variants)}`)
  return [`# ${title}\n\n${intro} ${madeBy}\n`, ...sections].join('\n')
}

/** The settings of one definition in one table. */
export function settingsTable(fields: ConfigFields): string {
  return table([...wireNames(fields)], [{ label: 'default', fields }])
}

function groupOf(field: AnyField): string {
  return field.kind === 'field' ? (field.group ?? 'Common') : 'Families'
}

function table(settings: readonly [string, AnyField][], variants: ReferencePage['variants']): string {
  const isFamily = settings.every(([, field]) => field.kind !== 'field')
  if (isFamily) {
    return markdownTable([
      ['setting', 'description'],
      ...settings.map(([start, { doc }]) => [code(`${start}*`), doc]),
    ])
  }
  const labels = variants.length === 1 ? ['default'] : variants.map(({ label }) => `default as ${label}`)
  const rows = settings
    .flatMap(([name, field]) => (field.kind === 'field' ? [{ name, field }] : []))
    .toSorted((a, b) => rank(a.field) - rank(b.field))
  return markdownTable([
    ['setting', 'type', ...labels, 'importance', 'description'],
    ...rows.map(({ name, field }) => [
      code(name),
      typeOf(field),
      ...variants.map(({ fields }) => defaultIn(fields, name)),
      field.importance?.toLowerCase() ?? 'low',
      field.doc,
    ]),
  ])
}

function rank(field: Field<unknown>): number {
  return ['HIGH', 'MEDIUM', 'LOW'].indexOf(field.importance ?? 'LOW')
}

function typeOf(field: Field<unknown>): string {
  const values = field.recommended ?? []
  return values.length === 0 ? field.type.toLowerCase() : values.map(code).join(', ')
}

function defaultIn(fields: ConfigFields, name: string): string {
  const field = wireNames(fields).get(name)
  if (field?.kind !== 'field') return ''
  if (field.required) return 'required'
  return field.defaultText ? code(field.defaultText) : ''
}
