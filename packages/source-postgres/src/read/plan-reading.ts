import type { StructField, StructSchema } from '@sluice/template'
import type { TableDescription } from '../catalog/columns.ts'
import { planColumn, type TypeOptions } from '../catalog/types.ts'
import type { SourceConfig } from '../config/fields.ts'
import type { FieldForm } from '../copy/split-rows.ts'
import { quoteIdentifier } from '../sql-text.ts'
import { serverZone } from '../wall-clock.ts'
import type { RowShape } from './batch.ts'
import { criteria, type Ordering } from './criteria.ts'
import type { Position } from './position.ts'
import type { Stream } from './stream.ts'

export interface Flavour {
  /** Is the primary key the record's key? */
  readonly keyed: boolean
}

export interface Described {
  readonly description: TableDescription
  readonly ordering: Ordering
}

export interface ReadingPlan {
  /** Gives the columns of a row, then its cursors. */
  readonly select: string
  readonly forms: readonly FieldForm[]
  readonly shape: RowShape
}

/** The statement that reads the rows after a position within a bound, and what its rows are. */
export function planReading(
  {
    config,
    flavour,
    stream,
  }: { readonly config: SourceConfig; readonly flavour: Flavour; readonly stream: Stream },
  {
    description,
    ordering,
    position,
    bound,
  }: Described & { readonly position: Position; readonly bound: bigint },
): ReadingPlan {
  const options = typeOptions(config)
  const plans = description.columns.map((column) => ({ name: column.name, ...planColumn(column, options) }))
  const { cursors, tail } = criteria(ordering, position, bound)
  const columns = [...plans.map((plan) => plan.sql(quoteIdentifier(plan.name))), ...cursors].join(', ')
  const keyNames = flavour.keyed ? description.primaryKey : []
  const fields: StructField[] = plans.map(({ name, schema }) => ({ name, schema }))
  const name = schemaName(stream, flavour)
  return {
    select: `SELECT ${columns} FROM (${stream.select}\n) AS q ${tail} ${config.querySuffix}`,
    forms: plans.map((plan) => plan.form),
    shape: {
      stream,
      ordering,
      cursorCount: cursors.length,
      schema: { type: 'struct', fields, name },
      keyFields: keyNames.map((key) => fields.findIndex((field) => field.name === key)),
      keySchema: keyNames.length === 0 ? undefined : keySchema(fields, keyNames, name),
    },
  }
}

function typeOptions(config: SourceConfig): TypeOptions {
  const isPrecisionOnly = config.numericPrecisionMapping && config.numericMapping === 'none'
  return {
    numerics: isPrecisionOnly ? 'precision_only' : config.numericMapping,
    granularity: config.timestampGranularity,
    dates: config.dateMapping,
    zone: serverZone(config.dbTimezone),
  }
}

function keySchema(fields: readonly StructField[], names: readonly string[], name: string): StructSchema {
  return {
    type: 'struct',
    fields: names.map((key) => fields.find((field) => field.name === key)!),
    name: `${name}.key`,
  }
}

/** As the JDBC source: the table's name alone. Ours has the schema's before it. */
function schemaName({ table }: Stream, { keyed }: Flavour): string {
  if (table === undefined) return 'query'
  return keyed ? `${table.schema}.${table.name}` : table.name
}
