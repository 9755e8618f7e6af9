import { type Logger, RetriableError, wait } from '@sluice/template'
import type { SourceConfig } from '../config/fields.ts'
import { Session } from './session.ts'
import { type ConnectionTarget, connectionTarget } from './target.ts'

/** Where rows are read, and where it is seen which transactions may yet commit: one server, or a standby and its primary. */
export interface Servers {
  readonly rows: Session
  readonly window: Session
  readonly isLost: boolean
  /** Waits until the rows' server shows all that has been committed on the other. Call it after a window is ready, before reading. */
  caughtUp(signal: AbortSignal): Promise<void>
  close(): Promise<void>
  /** Drops the connections at once. */
  destroy(): void
}

/** Follows "window.url". */
export const STANDBY_NEEDS_PRIMARY =
  'must be the URL of the primary, for connection.url is a standby, where the transactions that may yet commit are not to be seen'

interface Options {
  readonly target: ConnectionTarget
  readonly log: Logger
  readonly signal: AbortSignal
}

export async function openServers(config: SourceConfig, options: Options): Promise<Servers> {
  const rows = await Session.open(options.target, options)
  try {
    const isStandby = config.mode !== 'bulk' && (await rows.isStandby(options.signal))
    if (isStandby && config.windowUrl === undefined) throw new Error(`window.url ${STANDBY_NEEDS_PRIMARY}.`)
    return isStandby ? await standbyAndPrimary(rows, config, options) : oneServer(rows)
  } catch (error) {
    rows.destroy()
    throw error
  }
}

function oneServer(rows: Session): Servers {
  return {
    rows,
    window: rows,
    get isLost() {
      return rows.isLost
    },
    caughtUp: async () => {},
    close: () => rows.close(),
    destroy: () => rows.destroy(),
  }
}

async function standbyAndPrimary(rows: Session, config: SourceConfig, options: Options): Promise<Servers> {
  const window = await Session.open(connectionTarget(config, config.windowUrl!, 'sluice window'), options)
  if (await window.isStandby(options.signal)) {
    window.destroy()
    throw new RetriableError('window.url is the URL of a standby; it must be that of the primary.')
  }
  return {
    rows,
    window,
    get isLost() {
      return rows.isLost || window.isLost
    },
    caughtUp: (signal) => replayed({ rows, window }, signal),
    close: async () => void (await Promise.all([rows.close(), window.close()])),
    destroy: () => {
      rows.destroy()
      window.destroy()
    },
  }
}

/**
 * What is visible on the primary was logged before; so once the standby has replayed the log up to now, it shows it too. A position just
 * behind the header of a page is that of the page: nothing can be logged inside a header, and a quiet standby never gets further.
 */
const LOGGED = `SELECT (CASE WHEN past IN (24, 40) THEN lsn - past ELSE lsn END)::pg_lsn::text AS lsn
  FROM (SELECT lsn, ((lsn - '0/0'::pg_lsn) % current_setting('wal_block_size')::int)::int AS past
    FROM (SELECT pg_current_wal_insert_lsn() AS lsn) AS l) AS p`

async function replayed(
  { rows, window }: Pick<Servers, 'rows' | 'window'>,
  signal: AbortSignal,
): Promise<void> {
  const [logged] = await window.query<{ lsn: string }>(LOGGED, { signal, timeoutMs: 60_000 })
  for (let waitMs = 5; ; waitMs = Math.min(waitMs * 2, 500)) {
    const [row] = await rows.query<{ replayed: boolean }>(
      'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS replayed',
      {
        signal,
        values: [logged!.lsn],
        timeoutMs: 60_000,
      },
    )
    if (row!.replayed) return
    await wait(waitMs, signal)
  }
}
