import { type ConfigOf, list } from '@sluice/template'
import {
  type FieldEdit,
  type FieldEditsOptions,
  keepField,
  openFieldEdits,
  openRowEdits,
  plainEdits,
  removeField,
} from '../field-edits.ts'
import { type FieldPath, parseFieldPath } from '../field-path.ts'
import { isNull } from '../fields.ts'
import { fieldSyntaxVersion, replaceNullWithDefault } from '../settings.ts'
import { bothSides } from '../sides.ts'

const config = {
  exclude: list({
    doc: 'Drops these fields.',
    importance: 'MEDIUM',
    aliases: ['blacklist'],
    default: [],
  }),
  include: list({
    doc: 'Keeps these fields only, less those of exclude; empty: all.',
    importance: 'MEDIUM',
    aliases: ['whitelist'],
    default: [],
  }),
  renames: list({
    doc: 'Renames fields: old:new, separated by commas. A field within another gets its new name there.',
    importance: 'MEDIUM',
    default: [],
    validate: (items) => renamesIssue(items),
  }),
  fieldSyntaxVersion,
  replaceNullWithDefault,
}

/** Drops and renames fields. */
export const [replaceFieldOfKey, replaceFieldOfValue] = bothSides({
  name: 'ReplaceField',
  doc: (side) => `Drops and renames fields of the ${side}. A ${side} that is null stays so.`,
  config,
  open: (settings) => {
    const edit = openFieldEdits(editsOf(settings))
    return (data) => (isNull(data.value) ? data : edit(data))
  },
  openRows: (settings) => openRowEdits(editsOf(settings)),
  layout: (settings) => plainEdits(editsOf(settings)),
})

function editsOf({
  exclude,
  include,
  renames,
  fieldSyntaxVersion: syntax,
  ...options
}: ConfigOf<typeof config>): FieldEditsOptions {
  const path = (name: string, setting: string): FieldPath => parseFieldPath(name, { syntax, setting })
  const included = new Set(include)
  const renamed = renames.map(parseRename).filter(([old]) => included.size === 0 || included.has(old))
  return {
    ...options,
    purpose: 'replacing fields',
    setting: 'exclude',
    edits: [
      ...include.map((name): Edit => [path(name, 'include'), keepField()]),
      ...renamed.map(([old, name]): Edit => [path(old, 'renames'), keepField(name)]),
      ...exclude.map((name): Edit => [path(name, 'exclude'), removeField]),
    ],
    ...(included.size > 0 && { others: 'remove' }),
  }
}

type Edit = readonly [FieldPath, FieldEdit]

function parseRename(item: string): readonly [old: string, name: string] {
  const colon = item.indexOf(':')
  return [item.slice(0, colon), item.slice(colon + 1)]
}

function renamesIssue(items: readonly string[]): string | undefined {
  const wrong = items.find((item) => !/^[^:]+:[^:]+$/.test(item))
  return wrong === undefined ? undefined : `has "${wrong}", which is not of the form old:new`
}
