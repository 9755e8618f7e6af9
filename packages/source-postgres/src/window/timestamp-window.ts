import type { Session } from '../connection/session.ts'
import { READER_LOCK } from '../connection/session.ts'
import { quoteIdentifier } from '../sql-text.ts'
import { repeatedSpan } from '../wall-clock.ts'
import { relationsOf } from './relations.ts'
import type { Holder, OpenTransaction, WindowState } from './window.ts'
import { writersOf } from './writers.ts'

/**
 * A transaction's start is taken a moment before other sessions see it. Bounds stay this far behind the clock, so that a transaction that
 * is about to appear is not passed.
 */
const VISIBILITY_MARGIN_MS = 100

/**
 * Oldest first. A statement counts from its start, for its transaction shows a moment later; but what streams the log is one statement for days
 * and no transaction. Where `track_activities` is off nothing is known but that a transaction is open: it may be as old as its session.
 * Other readers of ours hold transactions open too, but write nothing;
 * they are known by the lock that they share. Parallel workers have the transaction of their leader, which is listed or one of ours.
 */
const OPEN_TRANSACTIONS = `WITH open AS (
    SELECT a.pid, a.query, coalesce(a.xact_start, CASE
      WHEN a.state = 'active' AND a.backend_type IS DISTINCT FROM 'walsender' THEN a.query_start
      WHEN coalesce(a.state, 'disabled') = 'disabled' AND EXISTS (SELECT FROM pg_locks v
        WHERE v.pid = a.pid AND v.locktype = 'virtualxid' AND v.mode = 'ExclusiveLock') THEN a.backend_start
      END) AS start
    FROM pg_stat_activity a
    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
      AND coalesce(a.backend_type, '') NOT IN ('autovacuum worker', 'parallel worker')
      AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.granted
        AND l.classid = ${READER_LOCK >> 32n} AND l.objid = ${READER_LOCK & 0xffffffffn} AND l.objsubid = 1))
  SELECT open.pid, open.query, (extract(epoch FROM clock_timestamp() - open.start) * 1000)::float8 AS age_ms,
    (extract(epoch FROM open.start) * 1000000)::int8::text AS micros
  FROM open WHERE open.start IS NOT NULL ORDER BY open.start LIMIT 5`

const PRIVILEGE = `SELECT pg_has_role('pg_read_all_stats', 'USAGE') AS granted, current_user::text AS role`

const CLOCK = `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::int8::text AS micros`

/**
 * How far timestamps may be read: below the start of the oldest transaction that is open in the database, for `now()` in it is its start.
 * A prepared transaction that has written to what is read no longer says when it began: the bound stays where it was before it appeared.
 */
export class TimestampWindow {
  readonly #select: string
  readonly #delayMicros: bigint
  readonly #wallClock: string | undefined
  #bound: bigint | undefined
  #mayLook = false
  #clocksGoBackSince: bigint | undefined

  /** `wallClock` is the zone of timestamps that have none and whose order is therefore not that of the moments. */
  constructor(
    select: string,
    { delayMs, wallClock }: { readonly delayMs: number; readonly wallClock: string | undefined },
  ) {
    this.#select = select
    this.#delayMicros = BigInt(delayMs) * 1000n
    this.#wallClock = wallClock
  }

  async advance(session: Session, signal: AbortSignal): Promise<WindowState<bigint>> {
    const call = { signal, timeoutMs: 60_000 }
    if (!this.#mayLook) await requireStats(session, signal)
    this.#mayLook = true
    // the clock first: whoever begins after it is later than the bound
    const now = await clockMicros(session, signal)
    const open = await session.query<{ pid: number; query: string; age_ms: number; micros: string }>(
      OPEN_TRANSACTIONS,
      call,
    )
    const relations = await relationsOf(session, this.#select, signal)
    // after the open transactions: one that was prepared in between is in one of the two lists
    const prepared = (await writersOf(session, relations, signal)).filter((writer) => writer.isPrepared)
    if (prepared.length === 0)
      this.#bound = lowest(
        now,
        open.map((transaction) => BigInt(transaction.micros)),
      )
    if (this.#bound === undefined) return { kind: 'held', holders: prepared }
    const delayed = now - this.#delayMicros
    return {
      kind: 'ready',
      bound: this.#bound < delayed ? this.#bound : delayed,
      holders: [
        ...prepared,
        ...open.map(({ pid, query, age_ms: ageMs }): OpenTransaction => ({ pid, query, ageMs })),
        ...(await this.#clocksGoBack(session, now, signal)),
      ],
    }
  }

  /** The bound is a moment, and what the clocks show then comes twice: rows wait by the condition that is made of it. Here it is said. */
  async #clocksGoBack(session: Session, now: bigint, signal: AbortSignal): Promise<Holder[]> {
    if (this.#wallClock === undefined) return []
    const [row] = await session.query<{ seconds: number }>(
      `SELECT extract(epoch FROM ${repeatedSpan('now()', this.#wallClock)})::float8 AS seconds`,
      { signal, timeoutMs: 60_000 },
    )
    if (!(row!.seconds > 0)) {
      this.#clocksGoBackSince = undefined
      return []
    }
    this.#clocksGoBackSince ??= now
    return [
      {
        reason: `The clocks of db.timezone=${this.#wallClock} go back by ${row!.seconds} s within that time; what they show now comes twice, and its rows are read once it has come again.`,
        ageMs: Number(now - this.#clocksGoBackSince) / 1000,
      },
    ]
  }

  reset(): void {
    this.#bound = undefined
  }
}

/** The server's clock, in microseconds since the epoch. */
export async function clockMicros(session: Session, signal: AbortSignal): Promise<bigint> {
  const [clock] = await session.query<{ micros: string }>(CLOCK, { signal, timeoutMs: 60_000 })
  return BigInt(clock!.micros)
}

/** Without this right the start of others' transactions is hidden, and every bound would look safe. */
export async function requireStats(session: Session, signal: AbortSignal): Promise<void> {
  const [row] = await session.query<{ granted: boolean; role: string }>(PRIVILEGE, {
    signal,
    timeoutMs: 60_000,
  })
  if (row!.granted) return
  throw new Error(
    `The role "${row!.role}" can't see when other transactions began, so rows that commit late would be lost. Run as a superuser: GRANT pg_read_all_stats TO ${quoteIdentifier(row!.role)}`,
  )
}

function lowest(now: bigint, starts: readonly bigint[]): bigint {
  const latest = now - BigInt(VISIBILITY_MARGIN_MS) * 1000n
  return starts.reduce((least, start) => (start < least ? start : least), latest)
}
