import { type ConfigFields, type Issue, wireName } from '@sluice/template'
import { isKnownParameter } from '../connection/parameters.ts'
import { parseUrl } from '../connection/url.ts'
import type { SourceConfig, SourceProperty } from './fields.ts'

/**
 * What becomes of a setting. `refused` and `warned` say for which values: those that would change what is delivered if they were ignored are
 * refused, those that would not are warned about. Every value that neither names is honoured.
 */
export type SettingRule =
  | { readonly class: 'honoured' }
  | {
      readonly class: 'warned' | 'refused'
      readonly when: (config: SourceConfig) => boolean
      readonly why: string
    }

const honoured: SettingRule = { class: 'honoured' }

/** Every setting of the JDBC source, then those of its Aiven fork, then our own, by their names on the wire. */
export const settingRules: Readonly<Record<string, SettingRule>> = {
  'connection.url': honoured,
  'connection.user': honoured,
  'connection.password': honoured,
  'connection.attempts': honoured,
  'connection.backoff.ms': honoured,
  'connection.': {
    class: 'warned',
    when: (config) => parameterNames(config).some((name) => !isKnownParameter(name)),
    why: 'has a parameter of the driver, there or in connection.url, that has no meaning here and is ignored',
  },
  'jdbc.credentials.provider.class': {
    class: 'refused',
    when: (config) => !/(^|\.)DefaultJdbcCredentialsProvider$/.test(config.jdbcCredentialsProviderClass),
    why: "names a Java class, which can't be loaded here; take the password from a config provider, as in connection.password=${file:/path:password}",
  },
  'jdbc.credentials.provider.': {
    class: 'warned',
    when: (config) => Object.keys(config.jdbcCredentialsProvider).length > 0,
    why: 'belongs to a credentials provider and is ignored',
  },
  'dialect.name': {
    class: 'refused',
    when: (config) => !/^(|PostgreSqlDatabaseDialect)$/.test(config.dialectName),
    why: 'must be PostgreSqlDatabaseDialect or absent: only PostgreSQL is read',
  },
  'catalog.pattern': honoured,
  'schema.pattern': honoured,
  'table.whitelist': honoured,
  'table.blacklist': honoured,
  'table.include.list': honoured,
  'table.exclude.list': honoured,
  'table.types': honoured,
  'numeric.precision.mapping': honoured,
  'numeric.mapping': honoured,
  'timestamp.granularity': honoured,
  'date.calendar.system': {
    class: 'refused',
    when: (config) => config.dateCalendarSystem === 'LEGACY',
    why: 'must be PROLEPTIC_GREGORIAN or absent: days before 1582-10-15 are not moved to the Julian calendar',
  },
  mode: honoured,
  'incrementing.column.name': honoured,
  'incrementing.column.mapping': honoured,
  'timestamp.column.name': honoured,
  'timestamp.columns.mapping': honoured,
  'timestamp.initial': honoured,
  'timestamp.delay.interval.ms': honoured,
  'validate.non.null': honoured,
  query: honoured,
  'query.masked': honoured,
  'query.suffix': honoured,
  'query.retry.attempts': honoured,
  'quote.sql.identifiers': honoured,
  'transaction.isolation.mode': honoured,
  'poll.interval.ms': honoured,
  'batch.max.rows': honoured,
  'max.buffer.size': {
    class: 'warned',
    when: (config) => config.maxBufferSize !== 0,
    why: 'is ignored: what is buffered is bounded by batch.max.bytes',
  },
  'poll.linger.ms': honoured,
  'table.poll.interval.ms': honoured,
  'table.monitoring.startup.polling.limit.ms': {
    class: 'warned',
    when: (config) => config.tableMonitoringStartupPollingLimitMs !== undefined,
    why: 'is ignored: tables are listed before the first task starts',
  },
  'topic.prefix': honoured,
  'db.timezone': honoured,

  'table.names.qualify': {
    class: 'warned',
    when: (config) => !config.tableNamesQualify,
    why: 'is ignored: tables are always addressed with their schema',
  },
  'incrementing.initial': honoured,
  'timestamp.initial.ms': honoured,
  'sql.quote.identifiers': honoured,

  'window.url': honoured,
  'window.warn.after.ms': honoured,
  'window.replay.timeout.ms': honoured,
  'xid.column.name': honoured,
  'date.mapping': honoured,
  'batch.max.bytes': honoured,
}

/** Those in the URL too; a URL that can't be read is somebody else's to refuse. */
function parameterNames(config: SourceConfig): readonly string[] {
  const names = Object.keys(config.connection)
  try {
    return [...names, ...parseUrl(config.connectionUrl).params.keys()]
  } catch {
    return names
  }
}

/** What the rules say of these settings, by the name of each on the wire. */
export function ruled(
  config: SourceConfig,
  which: 'warned' | 'refused',
): ReadonlyArray<{ readonly setting: string; readonly message: string }> {
  return Object.entries(settingRules).flatMap(([setting, rule]) =>
    rule.class === which && rule.when(config) ? [{ setting, message: rule.why }] : [],
  )
}

/** Combinations that contradict each other, by the name of one of the settings. */
export function contradictions(
  config: SourceConfig,
): ReadonlyArray<{ readonly setting: string; readonly message: string }> {
  const { tableWhitelist, tableBlacklist, tableIncludeList, tableExcludeList } = config
  const hasQuery = config.query.trim() !== '' || config.queryMasked.trim() !== ''
  const chosen = [tableWhitelist, tableBlacklist, tableIncludeList].filter((list) => list.length > 0).length
  const found: [boolean, string, string][] = [
    [config.topicPrefix === '', 'topic.prefix', 'must not be empty'],
    [
      config.query.trim() !== '' && config.queryMasked.trim() !== '',
      'query.masked',
      'must be absent where query is set',
    ],
    [
      hasQuery && (chosen > 0 || tableExcludeList.length > 0),
      'query',
      'must be absent where tables are named: a connector reads one or the other',
    ],
    [
      chosen > 1,
      'table.whitelist',
      'must be the only one set of table.whitelist, table.blacklist and table.include.list',
    ],
    [
      tableExcludeList.length > 0 && tableIncludeList.length === 0,
      'table.exclude.list',
      'needs table.include.list: it leaves out what that takes in',
    ],
    [
      config.mode.startsWith('timestamp') &&
        config.timestampColumnName.length === 0 &&
        config.timestampColumnsMapping.size === 0,
      'timestamp.column.name',
      `is required in mode ${config.mode}`,
    ],
    [
      hasQuery &&
        config.mode.endsWith('incrementing') &&
        config.incrementingColumnName === '' &&
        config.xidColumnName === '',
      'incrementing.column.name',
      'is required for a query: which column is the id is not known',
    ],
    [
      (config.mode === 'timestamp' || config.xidColumnName !== '') &&
        /\b(limit|fetch|offset)\b/i.test(config.querySuffix),
      'query.suffix',
      'must not limit the rows in this mode: of rows that share a timestamp or a transaction some would never be read; mode=timestamp+incrementing allows it',
    ],
    [
      config.xidColumnName !== '' && config.mode !== 'incrementing',
      'xid.column.name',
      'must be used with mode=incrementing',
    ],
  ]
  return found.flatMap(([isWrong, setting, message]) => (isWrong ? [{ setting, message }] : []))
}

/** Issues as `check` reports them: under the property of the definition that declares the setting. */
export function asIssues(
  fields: ConfigFields,
  found: ReadonlyArray<{ readonly setting: string } & Omit<Issue, 'field'>>,
): Issue<SourceProperty>[] {
  const properties = new Map(
    Object.entries(fields).map(([property, field]) => [
      field.kind === 'field' ? wireName(property, field) : field.prefix,
      property as SourceProperty,
    ]),
  )
  return found.map(({ setting, ...issue }) => ({
    ...issue,
    field: properties.get(setting) ?? 'connectionUrl',
  }))
}
