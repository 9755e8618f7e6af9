import type { SourcePartition } from '@sluice/template'
import type { SourceConfig } from '../config/fields.ts'
import { tableReference, type TableName } from '../catalog/tables.ts'

/** What is read as one: a table, or the query. */
export interface Stream {
  /** For messages. */
  readonly shown: string
  /** Undefined: the query. */
  readonly table: TableName | undefined
  /** A SELECT of all columns. */
  readonly select: string
  readonly topic: string
  /** Where its offsets are stored, and where older versions of the JDBC source and its driver stored them. */
  readonly partition: SourcePartition
  readonly olderPartitions: readonly SourcePartition[]
}

export function tableStream(config: SourceConfig, database: string, table: TableName): Stream {
  const reference = tableReference(table)
  return {
    shown: `table ${reference}`,
    table,
    select: `SELECT * FROM ${reference}`,
    topic: config.topicPrefix + table.name,
    partition: { protocol: '1', table: `${database}.${table.schema}.${table.name}` },
    olderPartitions: [{ protocol: '1', table: `${table.schema}.${table.name}` }, { table: table.name }],
  }
}

export function queryStream(config: SourceConfig): Stream {
  return {
    shown: 'the query',
    table: undefined,
    select: queryOf(config)!,
    topic: config.topicPrefix,
    partition: { query: 'query' },
    olderPartitions: [],
  }
}

/** The query without the semicolon that would end it too early; undefined where tables are read. */
export function queryOf(config: SourceConfig): string | undefined {
  const text = (config.queryMasked || config.query).trim().replace(/(;\s*)+$/, '')
  return text === '' ? undefined : text
}
