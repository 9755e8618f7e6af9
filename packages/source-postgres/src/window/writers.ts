import type { Session } from '../connection/session.ts'
import type { Relations } from './relations.ts'
import type { OpenTransaction } from './window.ts'

/** A transaction that has written, or may have, to what is read. */
export interface Writer extends OpenTransaction {
  /** Names it until it ends. */
  readonly transaction: string
  readonly isPrepared: boolean
}

/**
 * Locks of a writer: RowExclusiveLock and those that include its right to write. VACUUM's ShareUpdateExclusiveLock and CREATE INDEX's ShareLock
 * bring no rows, and who writes beside them holds RowExclusiveLock too.
 */
const WRITING = `('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`

const WRITERS = `SELECT DISTINCT l.virtualtransaction AS transaction, l.pid, l.pid IS NULL AS is_prepared,
    coalesce(extract(epoch FROM statement_timestamp() - coalesce(a.xact_start, p.prepared)) * 1000, 0)::float8 AS age_ms,
    coalesce(a.query, 'PREPARE TRANSACTION ' || quote_literal(p.gid), '') AS query
  FROM pg_locks l
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid
  LEFT JOIN pg_locks x ON l.pid IS NULL AND x.pid IS NULL AND x.locktype = 'transactionid'
    AND x.virtualtransaction = l.virtualtransaction
  LEFT JOIN pg_prepared_xacts p ON p.transaction = x.transactionid
  WHERE l.locktype = 'relation' AND l.granted AND l.mode IN ${WRITING}
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.relation = ANY($1::oid[]) AND l.pid IS DISTINCT FROM pg_backend_pid()`

/**
 * The transactions that hold a writer's lock on one of the relations. `nextval` locks its sequence, until the transaction ends, before it
 * draws; an insert locks its table. Any role may see locks, those of prepared transactions too. Source: pg_locks.
 */
export async function writersOf(
  session: Session,
  relations: Relations,
  signal: AbortSignal,
): Promise<Writer[]> {
  const rows = await session.query<{
    transaction: string
    pid: number | null
    is_prepared: boolean
    age_ms: number
    query: string
  }>(WRITERS, { signal, values: [[...relations.tables, ...relations.sequences]], timeoutMs: 60_000 })
  return rows.map((row) => ({
    transaction: row.transaction,
    pid: row.pid,
    isPrepared: row.is_prepared,
    ageMs: row.age_ms,
    query: row.query,
  }))
}

/** Which of these transactions are still there, whatever they hold by now. */
export async function stillOpen(
  session: Session,
  transactions: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const rows = await session.query<{ transaction: string }>(
    'SELECT DISTINCT virtualtransaction AS transaction FROM pg_locks WHERE virtualtransaction = ANY($1)',
    { signal, values: [transactions], timeoutMs: 60_000 },
  )
  return new Set(rows.map((row) => row.transaction))
}
