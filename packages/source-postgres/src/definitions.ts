import { defineSource, type SourceDefinition } from '@sluice/template'
import { checkSource } from './check.ts'
import { type SourceConfig, sourceFields } from './config/fields.ts'
import { type Offset, parseOffset } from './read/position.ts'
import { openTask, type Slice } from './read/task.ts'
import { split } from './split.ts'

const native = sourceFields({
  numericMapping: 'string',
  granularity: 'micros_iso_datetime_string',
  dateMapping: 'text',
  pollIntervalMs: 1000,
  batchMaxRows: 10_000,
})

const jdbc = sourceFields({
  numericMapping: 'none',
  granularity: 'connect_logical',
  dateMapping: 'connect_logical',
  pollIntervalMs: 5000,
  batchMaxRows: 1000,
})

/** Rows of PostgreSQL tables, or of a query, with the primary key as the record's key and every value exact. */
export const postgresSource: SourceDefinition<typeof native, Offset, Slice> = defineSource({
  name: 'postgres',
  version: '0.1.0',
  doc: 'Reads new and changed rows of PostgreSQL tables, or of a query, into topics. No row is lost to a transaction that commits late.',
  config: native,
  check: (config, call) => checkSource(native, config, call),
  split,
  parseOffset,
  exactlyOnce,
  open: (context) => openTask(context, { keyed: true }),
})

/** The same under the name, with the defaults and the record form of Confluent's JDBC source. */
export const jdbcSource: SourceDefinition<typeof jdbc, Offset, Slice> = defineSource({
  name: 'io.confluent.connect.jdbc.JdbcSourceConnector',
  aliases: ['JdbcSourceConnector', 'JdbcSource'],
  version: '0.1.0',
  doc: "Reads PostgreSQL with the settings of Confluent's JDBC source: null keys, Decimal numerics and Timestamp by default.",
  config: jdbc,
  check: (config, call) => checkSource(jdbc, config, call),
  split,
  parseOffset,
  exactlyOnce,
  open: (context) => openTask(context, { keyed: false }),
})

/**
 * Where each row has a position of its own. A timestamp or a transaction may be that of several rows, of which a restart reads all again; so may an id of a query or a
 * view, where no unique index can be seen. A table whose id has none is the operator's to know.
 */
function exactlyOnce({ mode, query, queryMasked, xidColumnName }: SourceConfig): 'supported' | 'unsupported' {
  const hasIds = mode === 'incrementing' || mode === 'timestamp+incrementing'
  const isTable = query === '' && queryMasked === ''
  return hasIds && isTable && xidColumnName === '' ? 'supported' : 'unsupported'
}
