import { wireNames } from '@sluice/template'
import { configOf } from '@sluice/testkit'
import { settingsAlone } from '../check.ts'
import { jdbcSource, postgresSource } from '../definitions.ts'
import { ruled, settingRules } from './setting-rules.ts'

/** Every setting of Confluent's JDBC source, and what its Aiven fork adds. Source: their configuration references. */
const JDBC_SETTINGS =
  `connection.url connection.user connection.password connection.attempts connection.backoff.ms connection.
  jdbc.credentials.provider.class jdbc.credentials.provider. dialect.name catalog.pattern schema.pattern
  table.whitelist table.blacklist table.include.list table.exclude.list table.types
  numeric.precision.mapping numeric.mapping timestamp.granularity date.calendar.system mode
  incrementing.column.name incrementing.column.mapping timestamp.column.name timestamp.columns.mapping
  timestamp.initial timestamp.delay.interval.ms validate.non.null query query.masked query.suffix query.retry.attempts
  quote.sql.identifiers transaction.isolation.mode poll.interval.ms batch.max.rows max.buffer.size poll.linger.ms
  table.poll.interval.ms table.monitoring.startup.polling.limit.ms topic.prefix db.timezone
  table.names.qualify incrementing.initial timestamp.initial.ms sql.quote.identifiers`.split(/\s+/)

const minimal = { 'connection.url': 'jdbc:postgresql://db/shop', mode: 'bulk', 'topic.prefix': 't-' }

function problems(settings: Readonly<Record<string, string>>): readonly string[] {
  return settingsAlone(configOf(jdbcSource.config, { ...minimal, ...settings })).map(({ setting }) => setting)
}

describe('the table of settings', () => {
  it('classes every setting of the JDBC source', () => {
    expect(JDBC_SETTINGS.filter((name) => settingRules[name] === undefined)).toEqual([])
  })

  it.each([postgresSource, jdbcSource])(
    'classes every setting that $name declares, and no other',
    (definition) => {
      const declared = [...wireNames(definition.config)].flatMap(([name, field]) => [
        name,
        ...(field.kind === 'field' ? (field.aliases ?? []) : []),
      ])
      expect(Object.keys(settingRules).toSorted()).toEqual(declared.toSorted())
    },
  )

  it('finds nothing wrong with defaults', () => {
    expect(problems({})).toEqual([])
    expect(ruled(configOf(jdbcSource.config, minimal), 'warned')).toEqual([])
  })

  it.each([
    ['dialect.name', { 'dialect.name': 'MySqlDatabaseDialect' }],
    ['date.calendar.system', { 'date.calendar.system': 'LEGACY' }],
    ['jdbc.credentials.provider.class', { 'jdbc.credentials.provider.class': 'com.example.Vault' }],
    ['catalog.pattern', { 'catalog.pattern': 'other' }],
    ['connection.url', { 'connection.url': 'jdbc:mysql://db/shop' }],
    ['connection.url', { 'connection.sslmode': 'maybe' }],
    ['query', { query: 'SELECT 1', 'table.whitelist': 't' }],
    ['table.whitelist', { 'table.blacklist': 'a', 'table.whitelist': 't' }],
    ['table.exclude.list', { 'table.exclude.list': 'a' }],
    ['timestamp.column.name', { mode: 'timestamp' }],
    ['xid.column.name', { 'xid.column.name': 'x' }],
    ['query.suffix', { mode: 'timestamp', 'timestamp.column.name': 'at', 'query.suffix': 'LIMIT 10' }],
  ])('refuses %s where ignoring it would change what is delivered', (setting, settings) => {
    expect(problems(settings as Record<string, string>)).toEqual([setting])
  })

  it.each([
    ['connection.', { 'connection.unknownThing': '1' }],
    ['connection.', { 'connection.url': 'jdbc:postgresql://db/shop?unknownThing=1&sslmode=disable' }],
    ['jdbc.credentials.provider.', { 'jdbc.credentials.provider.x': '1' }],
    ['max.buffer.size', { 'max.buffer.size': '10' }],
    ['table.monitoring.startup.polling.limit.ms', { 'table.monitoring.startup.polling.limit.ms': '10' }],
    ['table.names.qualify', { 'table.names.qualify': 'false' }],
  ])('warns about %s where it has no effect', (setting, settings) => {
    const config = configOf(jdbcSource.config, { ...minimal, ...(settings as Record<string, string>) })
    expect(ruled(config, 'warned').map((found) => found.setting)).toEqual([setting])
  })

  it('refuses values that are of no kind of table, isolation or number', () => {
    for (const settings of [
      { 'table.types': 'SYSTEM TABLE' },
      { 'transaction.isolation.mode': 'SQL_SERVER_SNAPSHOT' },
      { 'timestamp.delay.interval.ms': '-1' },
      { 'numeric.mapping': 'best' },
    ]) {
      expect(() => configOf(jdbcSource.config, { ...minimal, ...settings })).toThrow(Object.keys(settings)[0])
    }
  })
})
