import { jest } from '@jest/globals'
import type { Json } from '@sluice/template'
import { acceptSource, partitionKey } from '@sluice/testkit'
import type pg from 'pg'
import { jdbcSource, postgresSource } from './definitions.ts'
import { type TestDatabase, testDatabase, values } from '../test/database.ts'

jest.setTimeout(60_000)

let db: TestDatabase

beforeAll(async () => {
  db = await testDatabase()
}, 180_000)

afterAll(() => db?.dispose())

let worlds = 0

/** A table of its own for each check of the suite; cutting the readers' connections makes a poll reject. */
async function arrange(settings: Readonly<Record<string, string>>, records: number) {
  const table = `world_${++worlds}`
  await db.client.query(`CREATE TABLE ${table} (id bigserial PRIMARY KEY, at timestamptz NOT NULL, v text);
    INSERT INTO ${table} (at, v) SELECT '2020-01-01Z'::timestamptz + n / ${settings['mode'] === 'timestamp' ? 1 : 2} * interval '1 us', 'v' || n FROM generate_series(1, ${records}) n`)
  return {
    settings: {
      'connection.url': db.url,
      'topic.prefix': 't-',
      'table.whitelist': table,
      'timestamp.column.name': 'at',
      'incrementing.column.name': 'id',
      'poll.interval.ms': '20',
      'poll.linger.ms': '100',
      ...settings,
    },
    breakOnce: async () => {
      await db.client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'sluice%'`)
    },
    dispose: async () => void (await db.client.query(`DROP TABLE ${table}`)),
  }
}

for (const mode of ['incrementing', 'timestamp+incrementing', 'timestamp']) {
  describe(`mode ${mode}`, () => {
    acceptSource({
      definition: postgresSource,
      arrange: (records) => arrange({ mode }, records),
    })
  })
}

describe('JDBC class', () => {
  acceptSource({ definition: jdbcSource, arrange: (records) => arrange({ mode: 'incrementing' }, records) })
})

describe('reading', () => {
  async function table(client: pg.Client, rows: number): Promise<void> {
    await client.query(`DROP TABLE IF EXISTS t CASCADE; CREATE TABLE t (id bigserial PRIMARY KEY, v text);
      INSERT INTO t (v) SELECT repeat('x', 500) || n FROM generate_series(1, ${rows}) n`)
  }
  const incrementing = { mode: 'incrementing', 'table.whitelist': 't' }

  it('goes on after the last row that was handed out when the connection is lost in the middle of it', async () => {
    await table(db.client, 40_000)
    const reader = await db.read(incrementing)
    const ids = values(await reader.poll(100), 'id')
    await db.client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE 'sluice%'`)
    let failures = 0
    while (ids.length < 40_000 && failures < 5) {
      try {
        ids.push(...values(await reader.poll(10_000), 'id'))
      } catch (error) {
        failures++
        expect(error).toMatchObject({ name: 'RetriableError' })
      }
    }
    await reader.close()
    expect(failures).toBeGreaterThan(0)
    expect(ids).toEqual(Array.from({ length: 40_000 }, (_, n) => BigInt(n + 1)))
  })

  it('has at most one connection a task, by a name that tells which', async () => {
    await table(db.client, 10)
    const reader = await db.read(incrementing)
    await reader.take(10)
    await reader.poll()
    const { rows } = await db.client.query(
      "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'sluice%'",
    )
    expect(rows).toEqual([{ application_name: 'sluice test-0' }])
    await reader.close()
  })

  it('in mode bulk gives everything each time', async () => {
    await table(db.client, 3)
    const reader = await db.read({ mode: 'bulk', 'table.whitelist': 't', 'poll.interval.ms': '50' })
    const first = [...(await reader.poll()), ...(await reader.poll())]
    expect(values(first, 'id').slice(0, 3)).toEqual([1n, 2n, 3n])
    expect(first.length + (await reader.take(3)).length).toBeGreaterThanOrEqual(6)
    await reader.close()
  })

  it('of a query takes a WHERE, a suffix and a semicolon', async () => {
    await table(db.client, 5)
    const reader = await db.read({
      mode: 'incrementing',
      query: 'SELECT id, length(v) AS v FROM t WHERE id <> 3 -- not the third\n;',
      'incrementing.column.name': 'id',
      'query.suffix': 'LIMIT 2',
    })
    const records = await reader.take(4)
    expect(values(records, 'id')).toEqual([1n, 2n, 4n, 5n])
    expect(records[0]).toMatchObject({ topic: 't-', origin: { partition: { query: 'query' } } })
    await reader.close()
  })

  it('takes longer than a database lets its statements and transactions take', async () => {
    const limited = await testDatabase(db.url)
    try {
      await limited.client.query('CREATE TABLE t (id bigserial PRIMARY KEY, v text)')
      await limited.client.query("INSERT INTO t (v) SELECT 'x' FROM generate_series(1, 12)")
      const { rows } = await limited.client.query<{ name: string }>(`SELECT name FROM pg_settings
        WHERE name IN ('statement_timeout', 'transaction_timeout', 'idle_session_timeout')`)
      for (const { name } of rows)
        await limited.client.query(`ALTER DATABASE ${limited.name} SET ${name} = '300ms'`)
      const reader = await limited.read({
        mode: 'incrementing',
        query: 'SELECT id, v FROM t WHERE id > 0 OFFSET 0',
        'incrementing.column.name': 'id',
        'query.suffix': 'LIMIT (SELECT 12 FROM pg_sleep(0.6))',
      })
      expect(await reader.take(12)).toHaveLength(12)
      await reader.close()
    } finally {
      await limited.dispose()
    }
  })

  it('passes over what the server says between the rows, and takes a row that is larger than a batch', async () => {
    await db.client.query(`DROP TABLE IF EXISTS t CASCADE; CREATE TABLE t (id bigserial PRIMARY KEY, v text);
      INSERT INTO t (v) SELECT repeat('x', CASE n WHEN 50 THEN 5000000 ELSE n END) FROM generate_series(1, 100) n;
      CREATE OR REPLACE FUNCTION noisy(v text) RETURNS text LANGUAGE plpgsql AS
        $$ BEGIN RAISE NOTICE 'length %', length(v); RETURN v; END $$`)
    const reader = await db.read({
      mode: 'incrementing',
      query: 'SELECT id, noisy(v) AS v FROM t',
      'incrementing.column.name': 'id',
    })
    const lengths = values(await reader.take(100)).map((value) => String(value).length)
    expect(lengths).toEqual(Array.from({ length: 100 }, (_, n) => (n === 49 ? 5_000_000 : n + 1)))
    await reader.close()
  })

  it('ends with what the server says where a row cannot be made, after the rows before it', async () => {
    await table(db.client, 20_000)
    const reader = await db.read({
      mode: 'incrementing',
      query: 'SELECT id, 1 / (15000 - id) AS v FROM t',
      'incrementing.column.name': 'id',
    })
    const ids: unknown[] = []
    const readAll = async (): Promise<never> => {
      for (;;) ids.push(...values(await reader.poll(10_000), 'id'))
    }
    const failure = await readAll().catch((error: unknown) => error)
    expect(failure).toMatchObject({
      name: 'Error',
      message: 'Failed to read the query: division by zero.',
    })
    expect(ids.length).toBeGreaterThan(0)
    expect(ids).toEqual(Array.from({ length: ids.length }, (_, n) => BigInt(n + 1)))
    await reader.close()
  })

  it('of ids that are not unique loses none where it begins again in the middle of equal ones', async () => {
    await db.client.query(`DROP TABLE IF EXISTS t CASCADE; CREATE TABLE t (id bigint NOT NULL, v text);
      INSERT INTO t SELECT n / 3, 'v' || n FROM generate_series(0, 8) n`)
    const read = new Set<unknown>()
    let stored: ReadonlyMap<string, Json> = new Map()
    for (let restarts = 0; restarts < 4; restarts++) {
      const reader = await db.read({ ...incrementing, 'incrementing.column.name': 'id' }, { stored })
      for (const value of values(await reader.poll(4))) read.add(value)
      stored = reader.stored
      await reader.close()
    }
    expect(read.size).toBe(9)
  })

  it('leaves rows out that have no id or no time, where these are allowed', async () => {
    await db.client.query(`DROP TABLE IF EXISTS t CASCADE; CREATE TABLE t (id bigint, at timestamptz, v text);
      INSERT INTO t VALUES (NULL, '2020-01-01Z', 'no id'), (1, NULL, 'no time'), (2, '2020-01-01Z', 'both')`)
    const read: Record<string, unknown> = {}
    for (const mode of ['incrementing', 'timestamp', 'timestamp+incrementing']) {
      const reader = await db.read({
        mode,
        'table.whitelist': 't',
        'incrementing.column.name': 'id',
        'timestamp.column.name': 'at',
        'validate.non.null': 'false',
      })
      read[mode] = new Set(values(await reader.take(1)))
      await reader.close()
    }
    expect(read).toEqual({
      incrementing: new Set(['both', 'no time']),
      timestamp: new Set(['both', 'no id']),
      'timestamp+incrementing': new Set(['both']),
    })
  })

  it.each([
    [
      { protocol: '1', table: 'DB.public.t' },
      { protocol: '1', table: 'DB.public.t' },
    ],
    [
      { protocol: '1', table: 'public.t' },
      { protocol: '1', table: 'public.t' },
    ],
    [{ table: 't' }, { protocol: '1', table: 'DB.public.t' }],
  ])("takes over the JDBC source's offset of %j", async (stored, kept) => {
    await table(db.client, 5)
    const named = (partition: { readonly table: string }) => ({
      ...partition,
      table: partition.table.replace('DB', db.name),
    })
    const offsets = new Map<string, Json>([[partitionKey(named(stored)), { incrementing: 3 }]])
    const reader = await db.read(incrementing, { stored: offsets, definition: jdbcSource })
    const records = await reader.take(2)
    expect(values(records, 'id')).toEqual([4n, 5n])
    expect(records[1]?.origin).toEqual({ partition: named(kept), offset: { incrementing: 5 } })
    expect(records[1]?.key).toBeNull()
    await reader.close()
  })

  it('warns about a column without an index and a sequence with a cache', async () => {
    await db.client.query(
      'DROP TABLE IF EXISTS t CASCADE; CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY (CACHE 10), v text)',
    )
    const reader = await db.read(incrementing)
    await reader.poll()
    const lines = (reader.context.log as unknown as { lines: { message: string }[] }).lines.map(
      (line) => line.message,
    )
    expect(lines).toEqual([
      expect.stringContaining('CREATE INDEX CONCURRENTLY ON "public"."t" ("id")'),
      expect.stringContaining('ALTER SEQUENCE t_id_seq CACHE 1'),
    ])
    await reader.close()
  })
})

describe('warnings', () => {
  it.each([
    [
      'a sequence that begins again',
      'CREATE TABLE t (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (MAXVALUE 9 CYCLE))',
      't',
      'ALTER SEQUENCE t_id_seq INCREMENT 1 NO CYCLE',
    ],
    [
      'a view that is filled at times',
      'CREATE TABLE t (id bigint PRIMARY KEY); CREATE MATERIALIZED VIEW m AS SELECT id FROM t',
      'm',
      'The materialized view m can show rows later',
    ],
  ])('name %s', async (_what, sql, table, warning) => {
    await db.client.query(`DROP TABLE IF EXISTS t CASCADE; ${sql}`)
    const reader = await db.read({
      mode: 'incrementing',
      'table.whitelist': table,
      'table.types': 'TABLE,MATERIALIZED VIEW',
      'incrementing.column.name': 'id',
      'validate.non.null': 'false',
    })
    await reader.poll()
    const { lines } = reader.context.log as unknown as { lines: { message: string }[] }
    expect(lines.map((line) => line.message)).toContainEqual(expect.stringContaining(warning))
    await reader.close()
  })
})

describe('check', () => {
  const check = (settings: Readonly<Record<string, string>>) =>
    checkWith({ 'connection.url': db.url, ...settings })

  async function checkWith(settings: Readonly<Record<string, string>>) {
    const { configOf } = await import('@sluice/testkit')
    const config = configOf(postgresSource.config, {
      'topic.prefix': 't-',
      'connection.attempts': '1',
      ...settings,
    })
    return postgresSource.check!(config, { signal: AbortSignal.timeout(20_000) })
  }

  beforeAll(() =>
    db.client.query(`DROP TABLE IF EXISTS c; CREATE TABLE c (id serial PRIMARY KEY, at timestamptz, v text);
    DROP TABLE IF EXISTS plain; CREATE TABLE plain (v text)`),
  )

  it('finds nothing wrong where nothing is', async () => {
    expect(await check({ mode: 'incrementing', 'table.whitelist': 'c' })).toEqual([])
  })

  it.each([
    ['connectionUrl', /can't be connected to/, { 'connection.url': 'postgres://127.0.0.1:1/x' }],
    ['connectionUrl', /isn't there/, { 'connection.url': 'WRONG_DATABASE' }],
    ['connectionPassword', /refused/, { 'connection.password': 'wrong' }],
    ['tableWhitelist', /missing, which doesn't exist/, { 'table.whitelist': 'c,missing' }],
    ['incrementingColumnName', /must name the column/, { 'table.whitelist': 'plain' }],
    ['incrementingColumnName', /"nope", which/, { 'incrementing.column.name': 'nope' }],
    ['incrementingColumnName', /of type text/, { 'incrementing.column.name': 'v' }],
    ['dbTimezone', /Mars/, { 'db.timezone': 'Mars/Base' }],
    ['timestampColumnName', /may be null/, { mode: 'timestamp', 'timestamp.column.name': 'at' }],
    ['query', /syntax error/, { 'table.whitelist': '', query: 'SELEC 1', 'incrementing.column.name': 'id' }],
  ])('puts an issue under %s (%s)', async (field, message, settings) => {
    const url =
      'connection.url' in settings && settings['connection.url'] === 'WRONG_DATABASE'
        ? { 'connection.url': db.url.replace(db.name, 'no_such') }
        : {}
    const issues = await check({ mode: 'incrementing', 'table.whitelist': 'c', ...settings, ...url })
    // only a server that is away may be back without other settings
    const mayPass = String(message).includes('connected') ? { mayPass: true } : {}
    expect(issues).toEqual([{ field, message: expect.stringMatching(message), ...mayPass }])
  })

  it('says which GRANTs a role needs', async () => {
    const role = `checked_${db.name}`
    await db.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`)
    try {
      const issues = await check({
        mode: 'timestamp',
        'timestamp.column.name': 'at',
        'validate.non.null': 'false',
        'table.whitelist': 'c',
        'connection.user': role,
        'connection.password': 'secret',
      })
      expect(issues.map(({ message }) => message)).toEqual([
        expect.stringContaining(`GRANT pg_read_all_stats TO "${role}"`),
        expect.stringContaining(`GRANT SELECT ON "public"."c" TO "${role}"`),
      ])
    } finally {
      await db.client.query(`DROP ROLE ${role}`)
    }
  })
})
