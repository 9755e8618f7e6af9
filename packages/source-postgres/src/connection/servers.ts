import { type Logger, RetriableError } from '@sluice/template'
import type { SourceConfig } from '../config/fields.ts'
import { type Lag, lagOf, loggedBy, requireStandby } from './replay.ts'
import { Session } from './session.ts'
import { type ConnectionTarget, connectionTarget } from './target.ts'

/** Where rows are read, and where it is seen which transactions may yet commit: one server, or a standby and its primary. */
export interface Servers {
  readonly rows: Session
  readonly window: Session
  readonly isLost: boolean
  /** Rejects where the servers are no longer what they were when they were connected to. */
  requireRoles(signal: AbortSignal): Promise<void>
  /** How far the rows' server must be to show all that has been committed; undefined: it always does. Ask after a window is ready. */
  logged(signal: AbortSignal): Promise<string | undefined>
  /** What the rows' server still lacks up to there. */
  lag(logged: string, signal: AbortSignal): Promise<Lag | undefined>
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
    requireRoles: async () => {},
    logged: async () => undefined,
    lag: async () => undefined,
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
    requireRoles: (signal) => requireStandby(rows, signal),
    logged: (signal) => loggedBy(window, signal),
    lag: (logged, signal) => lagOf(rows, logged, signal),
    close: async () => void (await Promise.all([rows.close(), window.close()])),
    destroy: () => {
      rows.destroy()
      window.destroy()
    },
  }
}
