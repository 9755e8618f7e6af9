import type { Session } from '../connection/session.ts'
import { tableReference, type TableName } from './tables.ts'
import type { Column } from './types.ts'

export interface TableDescription {
  readonly columns: readonly Column[]
  /** Names of the primary key's columns, in the key's order. Empty: none. */
  readonly primaryKey: readonly string[]
  /** Identity and serial columns, in the table's order. */
  readonly generated: readonly string[]
}

/** Domains are looked through down to the type they are made of, whose modifier they carry. */
const BASE_TYPES = `WITH RECURSIVE base(oid, type, modifier) AS (
    SELECT t.oid, t.oid, -1 FROM pg_type t WHERE t.oid = ANY($1::oid[])
    UNION ALL
    SELECT base.oid, t.typbasetype, CASE WHEN t.typtypmod = -1 THEN base.modifier ELSE t.typtypmod END
    FROM base JOIN pg_type t ON t.oid = base.type WHERE t.typtype = 'd')
  SELECT base.oid, t.typname AS type, base.modifier
  FROM base JOIN pg_type t ON t.oid = base.type
  WHERE t.typtype <> 'd'`

/** Undefined where there is no such table. */
export async function describeTable(
  session: Session,
  table: TableName,
  signal: AbortSignal,
): Promise<TableDescription | undefined> {
  const call = { signal, values: [tableReference(table)], timeoutMs: 60_000 }
  const attributes = await session.query<{
    name: string
    type_oid: number
    modifier: number
    nullable: boolean
    unique: boolean
    generated: boolean
    key_position: number
  }>(
    `SELECT a.attname AS name, a.atttypid AS type_oid, a.atttypmod AS modifier, NOT a.attnotnull AS nullable,
       (a.attidentity <> '' OR pg_get_serial_sequence($1, a.attname) IS NOT NULL) AS generated,
       coalesce(array_position(i.indkey::int2[], a.attnum), -1) AS key_position,
       -- an index of a table says nothing about those that inherit from it
       NOT (c.relkind = 'r' AND c.relhassubclass) AND EXISTS (SELECT FROM pg_index u
         WHERE u.indrelid = a.attrelid AND u.indisunique AND u.indisvalid AND u.indpred IS NULL
           AND u.indnkeyatts = 1 AND u.indkey[0] = a.attnum) AS unique
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
     WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY a.attnum`,
    call,
  )
  if (attributes.length === 0) return undefined
  const key = attributes.filter((attribute) => attribute.key_position >= 0)
  return {
    columns: await withTypes(
      session,
      attributes.map(({ name, type_oid: typeOid, modifier, nullable, unique }) => ({
        name,
        typeOid,
        modifier,
        nullable,
        unique,
      })),
      signal,
    ),
    primaryKey: key.toSorted((a, b) => a.key_position - b.key_position).map((attribute) => attribute.name),
    generated: attributes.filter((attribute) => attribute.generated).map((attribute) => attribute.name),
  }
}

/** What a query gives; any column may be null, for all that is known. */
export async function describeQuery(
  session: Session,
  query: string,
  signal: AbortSignal,
): Promise<TableDescription> {
  const columns = await session.columnsOf(query, signal)
  return {
    columns: await withTypes(
      session,
      columns.map((column) => ({ ...column, nullable: true, unique: false })),
      signal,
    ),
    primaryKey: [],
    generated: [],
  }
}

async function withTypes(
  session: Session,
  columns: ReadonlyArray<Omit<Column, 'type'> & { typeOid: number }>,
  signal: AbortSignal,
): Promise<Column[]> {
  const types = await session.query<{ oid: number; type: string; modifier: number }>(BASE_TYPES, {
    signal,
    values: [[...new Set(columns.map((column) => column.typeOid))]],
    timeoutMs: 60_000,
  })
  const byOid = new Map(types.map((type) => [type.oid, type]))
  return columns.map(({ name, typeOid, modifier, nullable, unique }) => {
    const base = byOid.get(typeOid)
    return {
      name,
      type: base?.type ?? 'text',
      modifier: base === undefined || base.modifier === -1 ? modifier : base.modifier,
      nullable,
      unique,
    }
  })
}
