import type pg from 'pg'
import { type Logger, RetriableError, wait } from '@sluice/template'
import { CopyOut, type CopySink } from '../copy/copy-out.ts'
import { isTransient, readError, sqlState } from './errors.ts'
import type { ConnectionTarget } from './target.ts'

/** Advisory lock that our readers share, so that they know each other as readers and don't wait for one another. */
export const READER_LOCK = 7_307_497_716n

/**
 * Everything that decides how the server writes values is set, whatever the role's or the database's defaults are; but not `lc_monetary`, for an amount
 * of money says how much it is by that of its database alone.
 */
const SESSION_SETTINGS = [
  "SET DateStyle = 'ISO, YMD'",
  "SET IntervalStyle = 'iso_8601'",
  "SET TimeZone = 'UTC'",
  'SET extra_float_digits = 1',
  "SET bytea_output = 'hex'",
  'SET default_transaction_read_only = on',
  // a COPY stays open for as long as the topic pushes back
  'SET statement_timeout = 0',
  "SET lock_timeout = '30s'",
  'SET idle_in_transaction_session_timeout = 0',
  // not every version has these
  `SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('transaction_timeout', 'idle_session_timeout')`,
]

/** One connection. Statements are made one after another; a session that was lost stays so, and another is opened. */
export class Session {
  readonly #config: pg.ClientConfig
  readonly #client: pg.Client
  #lost: Error | undefined
  #last: Promise<unknown> = Promise.resolve()

  private constructor(config: pg.ClientConfig, client: pg.Client) {
    this.#config = config
    this.#client = client
    client.on('error', (error) => {
      this.#lost ??= error
    })
    client.on('end', () => {
      this.#lost ??= new Error('the connection ended')
    })
  }

  /** Loads the driver first: the thread that serves REST knows this connector too, and never connects. */
  static async #of(config: pg.ClientConfig): Promise<Session> {
    const driver = await import('pg')
    return new Session(config, new driver.default.Client(config))
  }

  /** Tries each server in order, `attempts` times over. */
  static async open(
    target: ConnectionTarget,
    how: { readonly log: Logger; readonly signal: AbortSignal },
  ): Promise<Session> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await Session.#openAny(target, how.signal)
      } catch (error) {
        how.signal.throwIfAborted()
        const failure = readError(`connect to ${target.shown}`, error)
        if (attempt >= target.attempts || !isTransient(error)) throw failure
        how.log.warn({ attempt, attempts: target.attempts, err: failure }, 'Could not connect; trying again.')
        await wait(target.backoffMs, how.signal)
      }
    }
  }

  static async #openAny(target: ConnectionTarget, signal: AbortSignal): Promise<Session> {
    let failure: unknown
    for (const config of target.configs) {
      signal.throwIfAborted()
      const session = await Session.#of(config)
      const aborted = (): void => session.destroy()
      signal.addEventListener('abort', aborted, { once: true })
      try {
        await session.#client.connect()
        await session.#prepare(target)
        await session.#require(target.role, signal)
        return session
      } catch (error) {
        session.destroy()
        // of a refused login and a refused kind of connection, the login says more
        if (failure === undefined || sqlState(error) !== undefined) failure = error
      } finally {
        signal.removeEventListener('abort', aborted)
      }
    }
    throw failure
  }

  async #require(role: ConnectionTarget['role'], signal: AbortSignal): Promise<void> {
    if (role === 'any' || (role === 'standby') === (await this.isStandby(signal))) return
    throw new RetriableError(`The server is no ${role}, which targetServerType asks for.`)
  }

  async #prepare(target: ConnectionTarget): Promise<void> {
    // part of connecting: a server that lets us in and then says nothing is as good as none
    const timeoutMs = this.#config.connectionTimeoutMillis
    await this.#within(timeoutMs, [...SESSION_SETTINGS, ...target.settings].join('; '))
    await this.#within(timeoutMs, `SELECT pg_advisory_lock_shared(${READER_LOCK})`)
  }

  /** Asks over a connection of its own whether the server still knows this one. Never rejects but by the signal. */
  async isAlive(signal: AbortSignal): Promise<boolean> {
    const other = await Session.#of({ ...this.#config, query_timeout: 10_000 })
    try {
      await unlessAborted(other.#client.connect(), signal)
      const pid = (this.#client as unknown as { processID: number }).processID
      const text = 'SELECT FROM pg_stat_activity WHERE pid = $1'
      return (await unlessAborted(other.#client.query(text, [pid]), signal)).rows.length > 0
    } catch {
      signal.throwIfAborted()
      return false
    } finally {
      other.destroy()
    }
  }

  get isLost(): boolean {
    return this.#lost !== undefined
  }

  /** The rows of a statement. Rejects when the signal aborts; the statement itself ends on its own. */
  async query<Row extends object>(
    text: string,
    call: { readonly signal: AbortSignal; readonly values?: readonly unknown[]; readonly timeoutMs?: number },
  ): Promise<Row[]> {
    call.signal.throwIfAborted()
    const { values = [], timeoutMs = 600_000 } = call
    const config = { text, values: [...values], query_timeout: timeoutMs }
    const answer = this.#next(() => this.#client.query<Row>(config as pg.QueryConfig))
    return (await unlessAborted(answer, call.signal)).rows
  }

  /** Does the server follow another one? */
  async isStandby(signal: AbortSignal): Promise<boolean> {
    const [row] = await this.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby', { signal })
    return row!.standby
  }

  /** Names and types of the columns that a SELECT gives. */
  async columnsOf(
    select: string,
    signal: AbortSignal,
  ): Promise<ReadonlyArray<{ name: string; typeOid: number; modifier: number }>> {
    signal.throwIfAborted()
    const text = `SELECT * FROM (${select}\n) AS q LIMIT 0`
    const answer = await unlessAborted(
      this.#next(() => this.#within(60_000, text)),
      signal,
    )
    return answer.fields.map((field) => ({
      name: field.name,
      typeOid: field.dataTypeID,
      modifier: field.dataTypeModifier,
    }))
  }

  /** Runs statements in one transaction that is rolled back: nothing here writes. */
  async inTransaction<T>(statements: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.query('BEGIN', { signal })
    try {
      return await statements()
    } finally {
      // not awaited: after an abort the next statement waits for it anyway, and a lost connection has no transaction
      this.#next(() => this.#within(60_000, 'ROLLBACK')).catch(() => {})
    }
  }

  /** Starts `COPY (select) TO STDOUT` into the sink. */
  async copy(select: string, sink: CopySink): Promise<void> {
    await this.#last
    this.#client.query(new CopyOut(`COPY (${select}\n) TO STDOUT`, sink))
  }

  /** A statement that is answered within the time, or rejects: a peer that vanished says nothing. */
  #within(timeoutMs: number | undefined, text: string): Promise<pg.QueryResult> {
    const config = { text, ...(timeoutMs !== undefined && { query_timeout: timeoutMs }) }
    return this.#client.query(config as pg.QueryConfig)
  }

  /** One statement after another: one that an abort has left behind is waited for. */
  #next<T>(statement: () => Promise<T>): Promise<T> {
    const answer = this.#last.then(statement)
    this.#last = answer.catch(() => {})
    return answer
  }

  /** Says goodbye, and doesn't wait long for the answer. */
  async close(): Promise<void> {
    if (this.#lost !== undefined) return this.destroy()
    const stop = AbortSignal.timeout(1000)
    await unlessAborted(this.#client.end(), stop).catch(() => this.destroy())
  }

  /** Drops the connection at once, whatever it is doing. */
  destroy(): void {
    this.#lost ??= new RetriableError('the connection was closed')
    socketOf(this.#client).destroy()
  }
}

function socketOf(client: pg.Client): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
    promise.catch(() => {})
  }
}
