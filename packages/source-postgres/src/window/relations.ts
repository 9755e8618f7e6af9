import type { Session } from '../connection/session.ts'

/** What a reading depends on, by object id. */
export interface Relations {
  /** The tables that are read, their partitions, and the tables that they are partitions of. */
  readonly tables: readonly number[]
  /** The sequences that their columns draw from. */
  readonly sequences: readonly number[]
}

/** Those that are read, and what they are partitions of: rows are inserted there too, and ids drawn. */
const WITH_PARENTS = `WITH RECURSIVE up AS (SELECT unnest($1::oid[]) AS oid
    UNION SELECT i.inhparent FROM up JOIN pg_inherits i ON i.inhrelid = up.oid)
  SELECT oid FROM up`

/** Owned by a column (serial, identity), or named in a column's default. */
const SEQUENCES = `SELECT DISTINCT s.oid
  FROM pg_class s JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid
  WHERE s.relkind = 'S' AND d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY($1::oid[])
  UNION
  SELECT DISTINCT s.oid
  FROM pg_attrdef a
  JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = a.oid
  JOIN pg_class s ON d.refclassid = 'pg_class'::regclass AND d.refobjid = s.oid AND s.relkind = 'S'
  WHERE a.adrelid = ANY($1::oid[])`

/**
 * The relations of a SELECT. The server itself says which: planning it locks each table that it reads, partitions and tables under views included.
 */
export async function relationsOf(session: Session, select: string, signal: AbortSignal): Promise<Relations> {
  const call = { signal, timeoutMs: 60_000 }
  const locked = await session.inTransaction(() => lockedBy(session, select, signal), signal)
  const tables = await session.query<{ oid: number }>(WITH_PARENTS, { ...call, values: [locked] })
  const oids = tables.map((table) => table.oid)
  const sequences = await session.query<{ oid: number }>(SEQUENCES, { ...call, values: [oids] })
  return { tables: oids, sequences: sequences.map((sequence) => sequence.oid) }
}

async function lockedBy(session: Session, select: string, signal: AbortSignal): Promise<number[]> {
  const call = { signal, timeoutMs: 60_000 }
  await session.query(`EXPLAIN ${select}`, call)
  const rows = await session.query<{ oid: number }>(
    `SELECT c.oid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
     WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.database = (
         SELECT oid FROM pg_database WHERE datname = current_database())
       AND c.relkind IN ('r', 'p', 'm', 'f', 'v') AND c.oid >= 16384`,
    call,
  )
  return rows.map((row) => row.oid)
}
