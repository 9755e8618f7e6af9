import { code, markdownTable } from './markdown.ts'
import { declarationOf, type SettingRow, type SettingsTable, settingsTables } from './settings-tables.ts'

const intro = `# Settings

What becomes of every setting of Kafka Connect, and of the connectors and converters that Sluice stands in for. Workers and connectors go by these very tables.

- **honoured**: it does what it does there.
- **warned**: it has no effect, which changes nothing that is delivered; the log says so, with its name, when the worker or the task starts.
- **refused**: ignoring it would change what is delivered, or who may do what; the worker or the connector doesn't start, and the message says what to do.

A name that no table has is warned about too, for it may be spelled wrong. Settings of our own are on the pages of
[docs/reference](reference/); where to begin when moving is in [MIGRATING.md](MIGRATING.md).

This page is made by \`npx -y pnpm@12 run docs\` from the tables in the code.
`

/** docs/SETTINGS.md */
export function settingsPage(): string {
  return [intro, ...Object.values(settingsTables).map(section)].join('\n')
}

function section(table: SettingsTable): string {
  const counts = (['honoured', 'warned', 'refused'] as const)
    .map((is) => `${table.rows.filter((row) => row.class === is).length} ${is}`)
    .join(', ')
  const withClients = table.rows.some(({ clients }) => clients !== undefined)
  const head = ['setting', 'class', withClients ? 'clients' : 'default', 'meaning, or what to know']
  const rows = table.rows.map((row) => [
    code(row.name),
    row.class,
    withClients ? (row.clients?.join(', ') ?? 'all') : defaultOf(row, table),
    noteOf(row, table),
  ])
  return `## ${table.title}\n\n${table.intro} ${counts}.\n\n${markdownTable([head, ...rows])}`
}

function defaultOf(row: SettingRow, table: SettingsTable): string {
  const [, field] = declarationOf(row.name, table.fields) ?? []
  if (row.class !== 'honoured' || field?.kind !== 'field') return ''
  if (field.required) return 'required'
  return field.defaultText ? code(field.defaultText) : ''
}

/** Families that no declaration takes whole: those who are handed them read them. */
const families: Readonly<Record<string, string>> = {
  'key.converter.*': 'Settings of the converter, such as `key.converter.schemas.enable`.',
  'value.converter.*': 'Settings of the converter, such as `value.converter.schemas.enable`.',
  'header.converter.*': 'Settings of the converter.',
  'producer.*': 'Settings of the producers of all sources; see [Kafka clients](#kafka-clients).',
  'consumer.*': 'Settings of the consumers of all sinks; see [Kafka clients](#kafka-clients).',
  'admin.*': 'Settings of the clients that make topics; see [Kafka clients](#kafka-clients).',
  'msk.*': 'How a cluster of Amazon MSK is found and logged in to; see [reference/msk.md](reference/msk.md).',
  'transforms.*': 'Settings of each transform that `transforms` names; see [TRANSFORMS.md](TRANSFORMS.md).',
  'predicates.*':
    'Settings of each predicate that `predicates` names; see [TRANSFORMS.md](TRANSFORMS.md#some-records-only).',
}

function noteOf(row: SettingRow, table: SettingsTable): string {
  if (row.class === 'honoured')
    return declarationOf(row.name, table.fields)?.[1].doc ?? families[row.name] ?? ''
  const harmless = row.harmless?.filter((value) => value !== '') ?? []
  const said = (row.reason ?? '').replace(/^./, (letter) => letter.toUpperCase())
  return harmless.length === 0 ? `${said}.` : `${said}. Nothing is said of ${harmless.map(code).join(', ')}.`
}
