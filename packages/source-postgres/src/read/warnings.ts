import { tableReference } from '../catalog/tables.ts'
import type { SourceConfig } from '../config/fields.ts'
import type { Session } from '../connection/session.ts'
import { isUtc, serverZone } from '../wall-clock.ts'
import { relationsOf } from '../window/relations.ts'
import type { Ordering } from './criteria.ts'
import type { Stream } from './stream.ts'

interface Subject {
  readonly config: SourceConfig
  readonly stream: Stream
  readonly ordering: Ordering
  readonly signal: AbortSignal
}

/** What an operator should know about a stream: what makes it slow, and where the promise of no lost row doesn't hold. */
export async function warningsFor(session: Session, subject: Subject): Promise<readonly string[]> {
  if (subject.ordering.kind === 'all') return []
  return [
    ...(await missingIndex(session, subject)),
    ...(await unfitSequences(session, subject)),
    ...(await unseenWriters(session, subject)),
    ...(await otherZone(session, subject)),
  ]
}

async function missingIndex(session: Session, { stream, ordering, signal }: Subject): Promise<string[]> {
  if (stream.table === undefined || ordering.kind === 'all') return []
  const column = 'time' in ordering ? ordering.time.columns[0]! : ordering.column
  const [row] = await session.query<{ indexed: boolean; kind: string }>(
    `SELECT c.relkind::text AS kind, EXISTS (SELECT FROM pg_index i
       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
       WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND '"' || replace(a.attname, '"', '""') || '"' = $2) AS indexed
     FROM pg_class c WHERE c.oid = to_regclass($1)`,
    { signal, values: [tableReference(stream.table), column], timeoutMs: 60_000 },
  )
  if (row === undefined || row.indexed || row.kind === 'v' || row.kind === 'f') return []
  return [
    `Column ${column} of ${stream.shown} has no index, so each look for new rows reads the whole table. CREATE INDEX CONCURRENTLY ON ${tableReference(stream.table)} (${column}).`,
  ]
}

/** Ids are to grow in the order in which they are drawn. */
async function unfitSequences(session: Session, { stream, ordering, signal }: Subject): Promise<string[]> {
  if (ordering.kind !== 'id') return []
  const { sequences } = await relationsOf(session, stream.select, signal)
  const rows = await session.query<{ name: string; cached: boolean }>(
    `SELECT seqrelid::regclass::text AS name, seqcache > 1 AS cached FROM pg_sequence
     WHERE seqrelid = ANY($1) AND (seqcache > 1 OR seqcycle OR seqincrement < 0)`,
    { signal, values: [sequences], timeoutMs: 60_000 },
  )
  return rows.map(({ name, cached }) =>
    cached
      ? `Sequence ${name} has a CACHE above 1, so sessions draw ids ahead of their use and rows of ${stream.shown} may be missed. ALTER SEQUENCE ${name} CACHE 1, or set xid.column.name.`
      : `Sequence ${name} counts down or begins again, so rows of ${stream.shown} may be missed. ALTER SEQUENCE ${name} INCREMENT 1 NO CYCLE, or set xid.column.name.`,
  )
}

/** Who writes to these isn't seen: another server, or those whose rows a REFRESH brings together later. */
async function unseenWriters(session: Session, { stream, signal }: Subject): Promise<string[]> {
  const { tables } = await relationsOf(session, stream.select, signal)
  const rows = await session.query<{ name: string; kind: string }>(
    `SELECT oid::regclass::text AS name, CASE relkind WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END AS kind
     FROM pg_class WHERE oid = ANY($1) AND relkind IN ('m', 'f')`,
    { signal, values: [tables], timeoutMs: 60_000 },
  )
  return rows.map(
    ({ name, kind }) =>
      `The ${kind} ${name} can show rows later that belong before others, so rows of ${stream.shown} may be missed. Read the tables behind it, or use mode=bulk.`,
  )
}

async function otherZone(session: Session, { config, stream, ordering, signal }: Subject): Promise<string[]> {
  if (!('time' in ordering) || ordering.time.kind === 'timestamptz') return []
  const [row] = await session.query<{ zone: string }>(
    "SELECT reset_val AS zone FROM pg_settings WHERE name = 'TimeZone'",
    { signal, timeoutMs: 60_000 },
  )
  if (row === undefined || sameZone(row.zone, serverZone(config.dbTimezone))) return []
  return [
    `The timestamp column of ${stream.shown} has no time zone, and the server's is ${row.zone} while db.timezone is ${config.dbTimezone}: rows come late, or are missed, if writers use the server's. Set db.timezone=${row.zone}, or use timestamptz.`,
  ]
}

function sameZone(a: string, b: string): boolean {
  return a === b || (isUtc(a) && isUtc(b))
}
