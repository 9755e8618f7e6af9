import { chown, cp, lstat, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { wait } from '@sluice/template'
import { ownFolder, type PostgresServer, startPostgres } from '@sluice/testkit/services'
import type pg from 'pg'
import { type TestDatabase, testDatabase, values, withClient } from '../test/database.ts'

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

  it('is refused without the URL of its primary', async () => {
    await expect(db.read({ ...settings, ...atStandby() }).then((reader) => reader.poll())).rejects.toThrow(
      'window.url must be the URL of the primary',
    )
  })
})

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
