import { RetriableError } from '@sluice/template'
import type { Session } from './session.ts'

/** What a standby lacks of its primary's log. */
export interface Lag {
  readonly replayed: string
  readonly bytes: number
  readonly isPaused: boolean
}

/**
 * What is visible on the primary was logged before; so once the standby has replayed the log up to now, it shows it too. A position just
 * behind the header of a page is that of the page: nothing can be logged inside a header, and a quiet standby never gets further.
 */
const LOGGED = `SELECT (CASE WHEN past IN (24, 40) THEN lsn - past ELSE lsn END)::pg_lsn::text AS lsn
  FROM (SELECT lsn, ((lsn - '0/0'::pg_lsn) % current_setting('wal_block_size')::int)::int AS past
    FROM (SELECT pg_current_wal_insert_lsn() AS lsn) AS l) AS p`

/** Where a primary's log is. */
export async function loggedBy(primary: Session, signal: AbortSignal): Promise<string> {
  const [row] = await primary.query<{ lsn: string }>(LOGGED, { signal, timeoutMs: 60_000 })
  return row!.lsn
}

const LAG = `SELECT replayed::text, greatest($1::pg_lsn - replayed, 0)::float8 AS bytes,
    CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END AS paused
  FROM (SELECT coalesce(pg_last_wal_replay_lsn(), '0/0'::pg_lsn) AS replayed) AS r`

/** Undefined: the standby has replayed its primary's log up to there. */
export async function lagOf(standby: Session, logged: string, signal: AbortSignal): Promise<Lag | undefined> {
  const [row] = await standby.query<{ replayed: string; bytes: number; paused: boolean }>(LAG, {
    signal,
    values: [logged],
    timeoutMs: 60_000,
  })
  const { replayed, bytes, paused: isPaused } = row!
  return bytes > 0 ? { replayed, bytes, isPaused } : undefined
}

/** A standby that was made a primary takes rows of which the old one knows nothing. */
export async function requireStandby(session: Session, signal: AbortSignal): Promise<void> {
  if (await session.isStandby(signal)) return
  throw new RetriableError('The standby has become a primary; connecting again.')
}

/** The standby is behind for too long. The connection is in order: nothing is gained by another one. */
export class StandbyBehind extends RetriableError {}

/** What to tell an operator of rows that wait for a standby. */
export function describeLag({ replayed, bytes, isPaused }: Lag, logged: string): string {
  const advice = isPaused
    ? 'Its replay is paused: run SELECT pg_wal_replay_resume() there.'
    : 'If it stays there, look into pg_stat_wal_receiver there, and at recovery_min_apply_delay.'
  return `The standby has replayed the log up to ${replayed}, not yet up to ${logged}, where its primary was; ${bytes} bytes are missing. ${advice}`
}
