import {
  between,
  boolean,
  bytes,
  type ConfigOf,
  durationMs,
  int,
  list,
  long,
  nonEmpty,
  oneOf,
  pairs,
  prefix,
  regexList,
  secret,
  string,
} from '@sluice/template'

export const TABLE_TYPES: readonly string[] = [
  'TABLE',
  'PARTITIONED TABLE',
  'VIEW',
  'MATERIALIZED VIEW',
  'FOREIGN TABLE',
]

export const MODES = ['bulk', 'incrementing', 'timestamp', 'timestamp+incrementing'] as const
export type Mode = (typeof MODES)[number]

const NUMERIC_MAPPINGS = ['string', 'none', 'precision_only', 'best_fit', 'best_fit_eager_double'] as const
export type NumericMapping = (typeof NUMERIC_MAPPINGS)[number]

const GRANULARITIES = [
  'connect_logical',
  'micros_long',
  'micros_string',
  'micros_iso_datetime_string',
  'nanos_long',
  'nanos_string',
  'nanos_iso_datetime_string',
] as const
export type Granularity = (typeof GRANULARITIES)[number]

/** What the two definitions differ in. */
interface Defaults {
  readonly numericMapping: NumericMapping
  readonly granularity: Granularity
  readonly dateMapping: 'text' | 'connect_logical'
  readonly pollIntervalMs: number
  readonly batchMaxRows: number
}

const connection = {
  connectionUrl: string({
    doc: 'Where the database is: `jdbc:postgresql://host:port/database?name=value` or `postgres://user:password@host:port/database`; several hosts, separated by commas, are tried in order.',
    importance: 'HIGH',
    group: 'Database',
    validate: nonEmpty,
  }),
  connectionUser: string({
    doc: 'Name of the role to log in as. Wins over the URL.',
    group: 'Database',
    importance: 'HIGH',
    optional: true,
  }),
  connectionPassword: secret({
    doc: 'Password of the role. Wins over the URL.',
    group: 'Database',
    importance: 'HIGH',
    optional: true,
  }),
  connectionAttempts: int({
    doc: 'How often to try to connect before the attempt counts as failed.',
    group: 'Database',
    default: 3,
    validate: between(1),
  }),
  connectionBackoffMs: durationMs({
    doc: 'Milliseconds to wait between two attempts to connect.',
    group: 'Database',
    default: 10_000,
    validate: between(0),
  }),
  connection: prefix('connection.', {
    doc: "Parameters of the connection by the names of the JDBC driver's URL parameters, such as `connection.sslmode`. They win over the URL.",
    secret: true,
  }),
  dialectName: string({
    doc: 'Name of the SQL dialect. Only PostgreSqlDatabaseDialect is there, and it is the default.',
    group: 'Database',
    default: '',
  }),
  jdbcCredentialsProviderClass: string({
    doc: 'Java class that gives the login. Only the default one, which takes connection.user and connection.password.',
    group: 'Database',
    name: 'jdbc.credentials.provider.class',
    default: 'DefaultJdbcCredentialsProvider',
  }),
  jdbcCredentialsProvider: prefix('jdbc.credentials.provider.', {
    doc: 'Settings of such a class; ignored.',
    secret: true,
  }),
  windowUrl: string({
    doc: 'URL of the primary, for a `connection.url` that is a standby: the bounds of safe reading are taken there.',
    group: 'Database',
    optional: true,
  }),
}

const tables = {
  catalogPattern: string({
    doc: 'Name of the database. Only the one that the URL names can be read; any other pattern is refused.',
    group: 'Tables',
    optional: true,
  }),
  schemaPattern: string({
    doc: 'LIKE pattern of the schemas whose tables are read (`%` any text, `_` one character). Absent: all.',
    group: 'Tables',
    optional: true,
  }),
  tableWhitelist: list({
    doc: 'Tables to read, as `table`, `schema.table` or `database.schema.table`. Excludes the three settings beside it.',
    group: 'Tables',
    default: [],
  }),
  tableBlacklist: list({
    doc: 'Tables not to read, written as in `table.whitelist`; all others are read.',
    group: 'Tables',
    default: [],
  }),
  tableIncludeList: regexList({
    doc: 'Regular expressions of the full names (`database.schema.table`, also matched against `schema.table`) of tables to read.',
    group: 'Tables',
    default: [],
  }),
  tableExcludeList: regexList({
    doc: 'Regular expressions of full names that are left out of what `table.include.list` takes in.',
    group: 'Tables',
    default: [],
  }),
  tableTypes: list({
    doc: 'Kinds of tables to read: TABLE, PARTITIONED TABLE, VIEW, MATERIALIZED VIEW, FOREIGN TABLE. TABLE includes partitioned ones; partitions are read through their parent.',
    group: 'Tables',
    default: ['TABLE'],
    validate: (types) => {
      const unknown = types.filter((type) => !TABLE_TYPES.includes(type.toUpperCase()))
      return unknown.length === 0
        ? undefined
        : `must be of ${TABLE_TYPES.join(', ')}, not ${unknown.join(', ')}`
    },
  }),
  tableNamesQualify: boolean({
    doc: 'Tables are always addressed with their schema.',
    group: 'Tables',
    default: true,
  }),
  tableMonitoringStartupPollingLimitMs: durationMs({
    doc: 'Ignored: tables are listed before the first task starts.',
    group: 'Tables',
    optional: true,
  }),
  tablePollIntervalMs: durationMs({
    doc: 'Milliseconds between two looks for tables that appeared or vanished.',
    group: 'Tables',
    default: 60_000,
    validate: between(100),
  }),
}

const reading = {
  mode: oneOf(MODES, {
    doc: 'How new rows are found: `bulk` reads everything each time; `incrementing` rows with a larger id; `timestamp` rows with a later timestamp; `timestamp+incrementing` both.',
    importance: 'HIGH',
    group: 'Mode',
  }),
  incrementingColumnName: string({
    doc: 'Column whose value grows with each new row. Empty: the identity or serial column of each table.',
    group: 'Mode',
    importance: 'MEDIUM',
    default: '',
  }),
  incrementingColumnMapping: pairs({
    doc: 'Incrementing columns per table: `regex:column,...`, the regular expression matched against the full name. Wins over `incrementing.column.name`.',
    group: 'Mode',
    default: new Map(),
  }),
  timestampColumnName: list({
    doc: 'Columns that say when a row was last changed; of several the first that is not null counts.',
    group: 'Mode',
    importance: 'MEDIUM',
    default: [],
  }),
  timestampColumnsMapping: pairs({
    doc: 'Timestamp columns per table: `regex:[column1|column2],...`. Wins over `timestamp.column.name`.',
    group: 'Mode',
    default: new Map(),
  }),
  incrementingInitial: long({
    doc: 'Where the first reading begins: only rows with a larger id are read. Absent: all rows.',
    group: 'Mode',
    optional: true,
  }),
  timestampInitial: long({
    aliases: ['timestamp.initial.ms'],
    doc: 'Where the first reading begins, in milliseconds since the epoch; -1 is now. Absent: all rows.',
    group: 'Mode',
    optional: true,
    validate: between(-1n),
  }),
  timestampDelayIntervalMs: durationMs({
    doc: 'Milliseconds that a row must be old before it is read, on top of the safe bound that holds anyway.',
    group: 'Mode',
    default: 0,
    validate: between(0),
  }),
  xidColumnName: string({
    doc: 'Column of type xid8 that each write sets from pg_current_xact_id(). Rows are then read in the order of transactions, for ids that are not drawn in order.',
    group: 'Mode',
    default: '',
    name: 'xid.column.name',
  }),
  validateNonNull: boolean({
    doc: 'Refuse incrementing and timestamp columns that may be null, for rows with a null there are never read.',
    group: 'Mode',
    default: true,
  }),
  query: string({
    doc: 'Query to read instead of tables. It may have a WHERE of its own; the mode is applied to its result.',
    group: 'Mode',
    importance: 'MEDIUM',
    default: '',
  }),
  queryMasked: secret({
    doc: 'The same as `query`, masked wherever settings are shown.',
    group: 'Mode',
    default: '',
  }),
  querySuffix: string({
    doc: 'Text that is put after every statement that reads rows.',
    group: 'Mode',
    default: '',
  }),
  queryRetryAttempts: int({
    doc: 'How often a failed reading is tried again before the task fails; -1 without end.',
    group: 'Mode',
    default: -1,
    validate: between(-1),
  }),
  quoteSqlIdentifiers: oneOf(['always', 'never'], {
    doc: 'Whether names in `incrementing.column.name` and the like are taken as written (`always`) or folded to lower case as unquoted SQL is (`never`).',
    group: 'Database',
    default: 'always',
  }),
  sqlQuoteIdentifiers: boolean({
    doc: 'The same as `quote.sql.identifiers`, by its name in the Aiven fork: `false` is `never`.',
    group: 'Database',
    default: true,
  }),
  transactionIsolationMode: oneOf(
    ['DEFAULT', 'READ_UNCOMMITTED', 'READ_COMMITTED', 'REPEATABLE_READ', 'SERIALIZABLE'],
    { doc: 'Isolation of the reading transactions.', group: 'Database', default: 'DEFAULT' },
  ),
  windowWarnAfterMs: durationMs({
    doc: 'Age in milliseconds from which a transaction that keeps rows from being read is named in the log.',
    group: 'Mode',
    default: 30_000,
    validate: between(0),
  }),
  windowReplayTimeoutMs: durationMs({
    doc: 'Milliseconds that rows may wait for a standby to replay what its primary has logged before the status shows it as an error. The wait goes on.',
    group: 'Mode',
    default: 60_000,
    validate: between(0),
  }),
  dbTimezone: string({
    doc: 'Time zone of columns that have none (`timestamp` without time zone), as `Europe/Berlin`, or as an offset that Java knows: `+02:00`, `GMT+2`.',
    group: 'Mode',
    name: 'db.timezone',
    default: 'UTC',
  }),
}

/** The settings of both definitions, with the defaults of one. */
export function sourceFields(defaults: Defaults) {
  return {
    ...connection,
    ...tables,
    ...reading,
    topicPrefix: string({
      doc: 'Text before the name of the table in the name of the topic; with `query` the whole name.',
      importance: 'HIGH',
      group: 'Connector',
    }),
    numericMapping: oneOf(NUMERIC_MAPPINGS, {
      doc: 'What numerics become: `string` exact text; `none` Decimal; `precision_only` integers where there is no fraction; `best_fit` also floats; `best_fit_eager_double` floats wherever there is a fraction.',
      group: 'Connector',
      default: defaults.numericMapping,
    }),
    numericPrecisionMapping: boolean({
      doc: 'Deprecated: `true` is `numeric.mapping=precision_only`.',
      group: 'Connector',
      default: false,
    }),
    timestampGranularity: oneOf(GRANULARITIES, {
      doc: 'What timestamps become: Timestamp with milliseconds, or microseconds or nanoseconds as a number, a text of digits or an ISO 8601 text.',
      group: 'Connector',
      default: defaults.granularity,
    }),
    dateMapping: oneOf(['text', 'connect_logical'], {
      doc: "What dates and times of day become: ISO 8601 text, or Kafka Connect's Date and Time.",
      group: 'Connector',
      default: defaults.dateMapping,
    }),
    dateCalendarSystem: oneOf(['PROLEPTIC_GREGORIAN', 'LEGACY'], {
      doc: 'Calendar of dates before 1582. PostgreSQL and this connector count by the proleptic Gregorian one.',
      group: 'Connector',
      optional: true,
    }),
    pollIntervalMs: durationMs({
      doc: 'Milliseconds between two looks for new rows of a table.',
      group: 'Connector',
      importance: 'HIGH',
      default: defaults.pollIntervalMs,
      validate: between(1),
    }),
    pollLingerMs: durationMs({
      doc: 'Milliseconds that one poll waits for rows before it returns without any.',
      group: 'Connector',
      default: 5000,
      validate: between(0),
    }),
    batchMaxRows: int({
      doc: 'Most rows of one batch.',
      group: 'Connector',
      default: defaults.batchMaxRows,
      validate: between(1),
    }),
    batchMaxBytes: bytes({
      doc: 'Bytes of a batch that are enough to hand it over, however few rows they are.',
      group: 'Connector',
      default: 256 * 1024,
      validate: between(1024),
    }),
    maxBufferSize: int({
      doc: 'Most records in the buffer of a task. What is buffered here is bounded by `batch.max.bytes`.',
      group: 'Connector',
      default: 0,
    }),
  }
}

export type SourceConfig = ConfigOf<ReturnType<typeof sourceFields>>

export type SourceProperty = Extract<keyof SourceConfig, string>
