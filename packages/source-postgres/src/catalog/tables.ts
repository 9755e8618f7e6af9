import type { SourceConfig } from '../config/fields.ts'
import type { Session } from '../connection/session.ts'
import { quoteIdentifier, quoteLiteral } from '../sql-text.ts'

export type TableName = { readonly schema: string; readonly name: string }

const KINDS: Readonly<Record<string, readonly string[]>> = {
  TABLE: ['r', 'p'],
  'PARTITIONED TABLE': ['p'],
  VIEW: ['v'],
  'MATERIALIZED VIEW': ['m'],
  'FOREIGN TABLE': ['f'],
}

/** `"schema"."table"` */
export function tableReference(table: TableName): string {
  return `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`
}

/** The tables that the settings choose and that exist now, in the order of their names. */
export async function listTables(
  session: Session,
  config: SourceConfig,
  signal: AbortSignal,
): Promise<readonly TableName[]> {
  const kinds = config.tableTypes.flatMap((type) => KINDS[type.toUpperCase()] ?? [])
  const rows = await session.query<TableName & { database: string }>(
    `SELECT current_database() AS database, n.nspname AS schema, c.relname AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind::text = ANY($1) AND NOT c.relispartition AND c.relpersistence <> 't'
       AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
       ${config.schemaPattern === undefined ? '' : `AND n.nspname LIKE ${quoteLiteral(config.schemaPattern)}`}
     ORDER BY n.nspname, c.relname`,
    { signal, values: [kinds], timeoutMs: 60_000 },
  )
  const isChosen = chooser(config)
  return rows.filter((row) => isChosen(row)).map(({ schema, name }) => ({ schema, name }))
}

/** Does a table belong to what the settings name? */
export function chooser(config: SourceConfig): (table: TableName & { database: string }) => boolean {
  const { tableWhitelist, tableBlacklist, tableIncludeList, tableExcludeList } = config
  return (table) => {
    const names = namesOf(table)
    if (tableWhitelist.length > 0) return tableWhitelist.some((entry) => names.includes(unquoted(entry)))
    if (tableBlacklist.length > 0) return !tableBlacklist.some((entry) => names.includes(unquoted(entry)))
    if (tableIncludeList.length === 0) return true
    return matches(tableIncludeList, names) && !matches(tableExcludeList, names)
  }
}

/** `table`, `schema.table` and `database.schema.table`. */
export function namesOf(table: TableName & { database: string }): readonly string[] {
  const qualified = `${table.schema}.${table.name}`
  return [table.name, qualified, `${table.database}.${qualified}`]
}

/** Expressions are meant for full names; the bare name isn't one. */
function matches(expressions: readonly RegExp[], [, ...full]: readonly string[]): boolean {
  return expressions.some((expression) => full.some((name) => expression.test(name)))
}

function unquoted(entry: string): string {
  return entry.replace(/"((?:[^"]|"")*)"/g, (_, inner: string) => inner.replaceAll('""', '"'))
}
