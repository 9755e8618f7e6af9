import { chown, cp, lstat, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { kindOf, wait } from '@sluice/template'
import { ownFolder, type PostgresServer, startPostgres } from '@sluice/testkit/services'
import type pg from 'pg'
import { type Reader, type TestDatabase, testDatabase, values, withClient } from '../test/database.ts'

jest.setTimeout(60_000)

describe('a standby', () => {
  let primary: PostgresServer
  let standby: PostgresServer
  let db: TestDatabase
  let writer: pg.Client
  const settings = { mode: 'incrementing', 'table.whitelist': 't' }

  beforeAll(async () => {
    primary = await startPostgres({ dir: ownFolder('primary') })
    standby = await standbyOf(primary)
    db = await testDatabase(primary.url)
    await db.client.query(
      'CREATE TABLE t (id bigserial PRIMARY KEY, v text, at timestamptz NOT NULL DEFAULT now())',
    )
    writer = await db.connect()
    await arrival(atStandby()['connection.url'] ?? '')
  }, 180_000)

  afterAll(async () => {
    await db?.dispose()
    await standby?.stop()
    await primary?.stop()
  })

  const atStandby = (): Record<string, string> => ({
    'connection.url': db.url.replace(String(primary.port), String(standby.port)),
  })

  it.each([settings, { ...settings, mode: 'timestamp', 'timestamp.column.name': 'at' }])(
    'is read up to where no transaction of its primary is open (%j)',
    async (mode) => {
      await db.client.query('TRUNCATE t')
      await db.client.query('SELECT pg_switch_wal()')
      const reader = await db.read({ ...mode, ...atStandby(), 'window.url': db.url })
      await writer.query("BEGIN; INSERT INTO t (v) VALUES ('late')")
      await db.client.query("INSERT INTO t (v) VALUES ('early')")
      await reader.expectNothing()
      await writer.query('COMMIT')
      expect(values(await reader.take(2))).toEqual(['late', 'early'])
      await reader.close()
    },
  )

  it('is left out of several servers where a primary is asked for', async () => {
    const url = db.url.replace(
      `127.0.0.1:${primary.port}`,
      `127.0.0.1:${standby.port},127.0.0.1:${primary.port}`,
    )
    const reader = await db.read({ ...settings, 'connection.url': `${url}?targetServerType=primary` })
    await db.client.query("TRUNCATE t; INSERT INTO t (v) VALUES ('x')")
    expect(values(await reader.take(1))).toEqual(['x'])
  })

  describe('that is behind', () => {
    const atStandbyServer = async (sql: string): Promise<unknown[]> =>
      withClient(atStandby()['connection.url']!, async (client) => {
        const answers: unknown[] = []
        for (const statement of sql.split(';')) answers.push(...(await client.query(statement)).rows)
        return answers
      })

    const open = (more: Readonly<Record<string, string>>) =>
      db.read({ ...settings, ...atStandby(), 'window.url': db.url, ...more })

    beforeEach(() => db.client.query('TRUNCATE t'))

    it('is waited for in sight of everybody: what it lacks, and that its replay is paused', async () => {
      const reader = await open({ 'window.replay.timeout.ms': '300', 'window.warn.after.ms': '0' })
      await atStandbyServer('SELECT pg_wal_replay_pause()')
      try {
        await db.client.query("INSERT INTO t (v) VALUES ('x')")
        const error = await failure(reader)
        expect(kindOf(error)).toBe('retriable')
        const [{ lsn } = {}] = (await atStandbyServer('SELECT pg_last_wal_replay_lsn() AS lsn')) as {
          lsn: string
        }[]
        expect(String(error)).toContain(`has replayed the log up to ${lsn}`)
        expect(String(error)).toMatch(
          /not yet up to [0-9A-F]+\/[0-9A-F]+, .* SELECT pg_wal_replay_resume\(\)/,
        )
        const { log, metrics } = reader.context as unknown as {
          log: { lines: { level: string; fields: { holders?: { reason?: string }[] } }[] }
          metrics: { values: Map<string, number> }
        }
        expect(log.lines.map(({ fields }) => fields.holders?.[0]?.reason)).toContainEqual(
          expect.stringContaining('pg_wal_replay_resume()'),
        )
        expect(metrics.values.get('window_held_tables')).toBe(1)
        expect(metrics.values.get('window_held_ms')).toBeGreaterThan(0)
        expect(kindOf(await failure(reader))).toBe('retriable')
      } finally {
        await atStandbyServer('SELECT pg_wal_replay_resume()')
      }
      expect(values(await patient(reader))).toEqual(['x'])
      expect(
        (reader.context.metrics as unknown as { values: Map<string, number> }).values.get(
          'window_held_tables',
        ),
      ).toBe(0)
      await reader.close()
    })

    it('is not waited for where its primary has only begun a page of the log', async () => {
      await db.client.query("INSERT INTO t (v) VALUES ('x')")
      await db.client.query('SELECT pg_switch_wal()')
      const reader = await open({})
      expect(values(await reader.take(1))).toEqual(['x'])
      await reader.close()
    })

    it('is not asked for more each time that the wait is over, or it would never do', async () => {
      await atStandbyServer("ALTER SYSTEM SET recovery_min_apply_delay = '2s'; SELECT pg_reload_conf()")
      try {
        const reader = await open({ 'window.replay.timeout.ms': '100' })
        let read: unknown[] = []
        for (let n = 0; n < 500 && read.length === 0; n++) {
          await db.client.query("INSERT INTO t (v) VALUES ('x')")
          read = await reader.poll().catch(retriable)
        }
        expect(read).not.toEqual([])
        await reader.close()
      } finally {
        await atStandbyServer('ALTER SYSTEM RESET recovery_min_apply_delay; SELECT pg_reload_conf()')
      }
    })
  })

  it('is refused without the URL of its primary', async () => {
    await expect(db.read({ ...settings, ...atStandby() }).then((reader) => reader.poll())).rejects.toThrow(
      'window.url must be the URL of the primary',
    )
  })

  // the last one: there is no standby any more
  it('is read by itself once it has become a primary', async () => {
    await db.client.query('TRUNCATE t')
    const reader = await db.read({ ...settings, ...atStandby(), 'window.url': db.url })
    await db.client.query("INSERT INTO t (v) VALUES ('before')")
    expect(values(await patient(reader))).toEqual(['before'])
    await withClient(atStandby()['connection.url']!, async (client) => {
      await client.query('SELECT pg_promote()')
      await client.query("INSERT INTO t (v) VALUES ('after')")
    })
    expect(values(await patient(reader))).toEqual(['after'])
    await reader.close()
  })
})

/** What a poll rejects with in the end. */
async function failure(reader: Reader): Promise<unknown> {
  for (let polls = 0; polls < 100; polls++) {
    try {
      await reader.poll()
    } catch (error) {
      return error
    }
  }
  return undefined
}

/** The first records, however often it takes a retriable error. */
async function patient(reader: Reader): Promise<Awaited<ReturnType<Reader['poll']>>> {
  for (let polls = 0; polls < 100; polls++) {
    const records = await reader.poll().catch(retriable)
    if (records.length > 0) return records
  }
  return []
}

function retriable(error: unknown): [] {
  if (kindOf(error) !== 'retriable') throw error
  return []
}

/** Waits until the table is there. */
async function arrival(url: string): Promise<void> {
  const deadline = AbortSignal.timeout(20_000)
  for (;;) {
    try {
      return void (await withClient(url, (client) => client.query('SELECT FROM t')))
    } catch (error) {
      if (deadline.aborted) throw error
      await wait(50)
    }
  }
}

/** A server that follows the primary, made of a copy of its files while it is stopped. */
async function standbyOf(primary: PostgresServer): Promise<PostgresServer> {
  const dir = ownFolder('standby')
  const made = await startPostgres({ dir })
  await made.stop()
  await primary.stop()
  const data = join(dir, 'data')
  await rm(data, { recursive: true })
  await cp(join(primary.dir, 'data'), data, { recursive: true, preserveTimestamps: true })
  await writeFile(join(data, 'standby.signal'), '')
  await own(data, join(primary.dir, 'data'))
  await primary.start()
  return startPostgres({
    dir,
    settings: {
      hot_standby: 'on',
      primary_conninfo: `host=127.0.0.1 port=${primary.port} user=postgres password=postgres`,
    },
  })
}

/** Gives a copy to the owner of the original: a server doesn't run on another's files. */
async function own(copy: string, original: string): Promise<void> {
  const { uid, gid } = await lstat(original)
  const entries = await readdir(copy, { recursive: true })
  await Promise.all([copy, ...entries.map((entry) => join(copy, entry))].map((path) => chown(path, uid, gid)))
}
