import type { TableDescription } from '../catalog/columns.ts'
import { type Column, precisionAndScale } from '../catalog/types.ts'
import { namesOf } from '../catalog/tables.ts'
import type { SourceConfig } from '../config/fields.ts'
import { quoteIdentifier } from '../sql-text.ts'
import { serverZone } from '../wall-clock.ts'
import type { Ordering } from './criteria.ts'
import { SettingError } from './setting-error.ts'
import type { Stream } from './stream.ts'
import type { TimestampColumns } from './timestamp-columns.ts'

/** Works out how a stream is ordered. Throws a SettingError where the columns don't allow it. */
export function orderingOf(
  config: SourceConfig,
  stream: Stream & { readonly database: string },
  description: TableDescription,
): Ordering {
  const source: Source = { config, stream, description }
  if (config.mode === 'bulk') return { kind: 'all' }
  if (config.xidColumnName !== '') return { kind: 'xid', column: xidColumn(source) }
  switch (config.mode) {
    case 'incrementing':
      return { kind: 'id', ...incrementingColumn(source) }
    case 'timestamp':
      return { kind: 'timestamp', time: timestampColumns(source) }
    case 'timestamp+incrementing':
      return {
        kind: 'timestamp+id',
        time: timestampColumns(source),
        ...incrementingColumn(source),
      }
  }
}

interface Source {
  readonly config: SourceConfig
  readonly stream: Stream & { readonly database: string }
  readonly description: TableDescription
}

function incrementingColumn(source: Source): { readonly column: string; readonly isUnique: boolean } {
  const { config, stream } = source
  const named = mapped(source, config.incrementingColumnMapping) ?? config.incrementingColumnName
  const name = named === '' ? onlyGenerated(source) : named
  const column = columnNamed(source, name, 'incrementing.column.name')
  if (!isWhole(column)) {
    throw new SettingError(
      'incrementing.column.name',
      `names column "${column.name}" of ${stream.shown}, which is of type ${column.type}; it must be a whole number`,
    )
  }
  if (config.validateNonNull && column.nullable && stream.table !== undefined) {
    throw new SettingError(
      'incrementing.column.name',
      `names column "${column.name}" of ${stream.shown}, which may be null, and rows with a null there are never read; make it NOT NULL, or set validate.non.null=false`,
    )
  }
  return { column: quoteIdentifier(column.name), isUnique: column.unique }
}

function onlyGenerated({ stream, description }: Source): string {
  if (description.generated.length === 1) return description.generated[0]!
  const what =
    description.generated.length === 0
      ? 'no identity or serial column'
      : `several generated columns: ${description.generated.join(', ')}`
  throw new SettingError('incrementing.column.name', `must name the column, for ${stream.shown} has ${what}`)
}

function timestampColumns(source: Source): TimestampColumns {
  const { config, stream } = source
  const names =
    mapped(source, config.timestampColumnsMapping)
      ?.replace(/^\[|\]$/g, '')
      .split('|') ?? config.timestampColumnName
  if (names.length === 0) {
    throw new SettingError(
      'timestamp.column.name',
      `must name the column of ${stream.shown} that says when a row changed; mode ${config.mode} needs it`,
    )
  }
  const columns = names.map((name) => columnNamed(source, name.trim(), 'timestamp.column.name'))
  const kinds = new Set(columns.map((column) => column.type))
  const [kind] = kinds
  if (kinds.size !== 1 || (kind !== 'timestamptz' && kind !== 'timestamp' && kind !== 'date')) {
    const types = columns.map((column) => `"${column.name}" of type ${column.type}`).join(', ')
    throw new SettingError(
      'timestamp.column.name',
      `names ${types} in ${stream.shown}; all must be timestamptz, timestamp or date, and of the same type`,
    )
  }
  if (config.validateNonNull && stream.table !== undefined && columns.every((column) => column.nullable)) {
    const all = columns.map((column) => `"${column.name}"`).join(' and ')
    throw new SettingError(
      'timestamp.column.name',
      `names ${all} of ${stream.shown}, which may be null, and rows with a null there are never read; make one NOT NULL, or set validate.non.null=false`,
    )
  }
  return {
    columns: columns.map((column) => quoteIdentifier(column.name)),
    kind,
    zone: serverZone(config.dbTimezone),
    unitMicros:
      kind === 'date' ? 1n : columns.map(unitOf).reduce((most, unit) => (unit > most ? unit : most)),
  }
}

function xidColumn(source: Source): string {
  const column = columnNamed(source, source.config.xidColumnName, 'xid.column.name')
  if (column.type !== 'xid8') {
    throw new SettingError(
      'xid.column.name',
      `names column "${column.name}" of ${source.stream.shown}, which is of type ${column.type}; it must be xid8, set by each write from pg_current_xact_id()`,
    )
  }
  return quoteIdentifier(column.name)
}

/** The modifier of a timestamp is its number of digits after the second; without one there are six. */
function unitOf({ modifier }: Column): bigint {
  return modifier < 0 ? 1n : 10n ** BigInt(6 - modifier)
}

function columnNamed({ config, stream, description }: Source, written: string, setting: string): Column {
  const isQuoting = config.quoteSqlIdentifiers === 'always' && config.sqlQuoteIdentifiers
  const name = isQuoting ? written.replace(/^"(.*)"$/, '$1') : folded(written)
  const column = description.columns.find((candidate) => candidate.name === name)
  if (column !== undefined) return column
  const names = description.columns.map((candidate) => candidate.name).join(', ')
  throw new SettingError(
    setting,
    `names "${name}", which ${stream.shown} doesn't have; its columns are ${names}`,
  )
}

function isWhole({ type, modifier }: Column): boolean {
  if (type === 'numeric') return precisionAndScale(modifier)?.scale === 0
  return ['int2', 'int4', 'int8', 'oid'].includes(type)
}

function folded(name: string): string {
  return /^".*"$/.test(name) ? name.slice(1, -1) : name.toLowerCase()
}

function mapped({ stream }: Source, mapping: ReadonlyMap<string, string>): string | undefined {
  if (stream.table === undefined) return undefined
  const names = namesOf({ ...stream.table, database: stream.database })
  for (const [expression, column] of mapping) {
    if (names.some((name) => new RegExp(`^(?:${expression})$`, 'u').test(name))) return column
  }
  return undefined
}
