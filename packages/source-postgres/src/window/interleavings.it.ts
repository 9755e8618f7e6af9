import { jest } from '@jest/globals'
import type pg from 'pg'
import { configOf } from '@sluice/testkit'
import { connectionTarget } from '../connection/target.ts'
import { Session } from '../connection/session.ts'
import { postgresSource } from '../definitions.ts'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { IncrementingWindow } from './incrementing-window.ts'
import { TimestampWindow } from './timestamp-window.ts'

jest.setTimeout(60_000)

const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }
const { signal } = new AbortController()

/** A window asks in several statements. Whatever others do between two of them, no row of theirs must come to lie within the bound later. */
describe('between two statements of a window', () => {
  let db: TestDatabase
  let session: Session
  let writer: pg.Client
  let other: pg.Client
  let drawn: bigint

  beforeAll(async () => {
    db = await testDatabase()
    const settings = { 'connection.url': db.url, mode: 'bulk', 'topic.prefix': 't' }
    const config = configOf(postgresSource.config, settings)
    session = await Session.open(connectionTarget(config, db.url, 'sluice test'), { log, signal })
    ;[writer, other] = [await db.connect(), await db.connect()]
  }, 180_000)

  afterAll(async () => {
    await session?.close()
    await db?.dispose()
  })

  beforeEach(() =>
    db.client.query('DROP TABLE IF EXISTS t; CREATE TABLE t (id bigserial, at timestamptz DEFAULT now())'),
  )

  afterEach(async () => {
    await writer.query('ROLLBACK')
    const { rows } = await db.client.query('SELECT FROM pg_prepared_xacts WHERE gid = $1', [db.name])
    if (rows.length > 0) await db.client.query(`ROLLBACK PREPARED '${db.name}'`)
  })

  /** Runs something before the statement of that number; true if there was one. */
  function interrupted(
    at: number,
    action: () => Promise<void>,
  ): { session: Session; happened: () => boolean } {
    let statements = 0
    const query: Session['query'] = async (text, call) => {
      if (statements++ === at) await action()
      return session.query(text, call)
    }
    return {
      session: { query, inTransaction: session.inTransaction.bind(session) } as unknown as Session,
      happened: () => statements > at,
    }
  }

  /** For every statement in turn, in a table of its own; ends after the last. */
  async function atEachStatement(
    action: () => Promise<void>,
    check: (session: Session) => Promise<void>,
  ): Promise<void> {
    let at = 0
    for (; ; at++) {
      await db.client.query('TRUNCATE t RESTART IDENTITY; INSERT INTO t DEFAULT VALUES')
      const wrapped = interrupted(at, action)
      await check(wrapped.session)
      await writer.query('ROLLBACK')
      if (!wrapped.happened()) break
    }
    expect(at).toBeGreaterThan(3)
  }

  it('an id may be drawn and a larger one committed', async () => {
    const drawAndPass = async (): Promise<void> => {
      await writer.query('BEGIN')
      const { rows } = await writer.query<{ id: string }>("SELECT nextval('t_id_seq') AS id")
      drawn = BigInt(rows[0]!.id)
      await other.query('INSERT INTO t DEFAULT VALUES')
    }
    await atEachStatement(drawAndPass, async (wrapped) => {
      drawn = 100n
      const state = await new IncrementingWindow('SELECT * FROM t', 'id').advance(wrapped, undefined, signal)
      if (state.kind === 'ready') expect(state.bound).toBeLessThan(drawn)
    })
  })

  it('a transaction may begin, and time pass', async () => {
    let begun: bigint | undefined
    const begin = async (): Promise<void> => {
      await writer.query('BEGIN')
      begun = await nowOf(writer)
      await other.query('SELECT pg_sleep(0.2)')
    }
    await atEachStatement(begin, async (wrapped) => {
      begun = undefined
      const window = new TimestampWindow('SELECT * FROM t', { delayMs: 0, wallClock: undefined })
      const state = await window.advance(wrapped, signal)
      if (begun !== undefined) expect(state).toMatchObject({ kind: 'ready' })
      if (begun !== undefined && state.kind === 'ready') expect(state.bound).toBeLessThanOrEqual(begun)
    })
  })

  it('a transaction may be prepared', async () => {
    let begun: bigint | undefined
    const prepare = async (): Promise<void> => {
      await writer.query(`PREPARE TRANSACTION '${db.name}'`)
    }
    await atEachStatement(prepare, async (wrapped) => {
      await writer.query('BEGIN; INSERT INTO t DEFAULT VALUES')
      begun = await nowOf(writer)
      // or the distance that the bound keeps from the clock would do
      await other.query('SELECT pg_sleep(0.2)')
      const window = new TimestampWindow('SELECT * FROM t', { delayMs: 0, wallClock: undefined })
      const state = await window.advance(wrapped, signal)
      if (state.kind === 'ready') expect(state.bound).toBeLessThanOrEqual(begun)
      const { rows } = await db.client.query('SELECT FROM pg_prepared_xacts WHERE gid = $1', [db.name])
      if (rows.length > 0) await db.client.query(`ROLLBACK PREPARED '${db.name}'`)
    })
  })

  async function nowOf(client: pg.Client): Promise<bigint> {
    const { rows } = await client.query<{ micros: string }>(
      'SELECT (extract(epoch FROM now()) * 1000000)::int8::text AS micros',
    )
    return BigInt(rows[0]!.micros)
  }
})
