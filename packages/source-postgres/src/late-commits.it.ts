import { jest } from '@jest/globals'
import pg from 'pg'
import { type Reader, type TestDatabase, testDatabase, values, withClient } from '../test/database.ts'

jest.setTimeout(30_000)

/** Each test holds a transaction open in a way that a naive reader would step over, and looks that its rows still come. */
describe('rows of transactions that commit late', () => {
  let db: TestDatabase
  let writer: pg.Client
  let other: pg.Client

  beforeAll(async () => {
    db = await testDatabase()
    ;[writer, other] = [await db.connect(), await db.connect()]
  }, 180_000)

  afterAll(() => db?.dispose())

  beforeEach(async () => {
    await db.client.query(`DROP TABLE IF EXISTS t;
      CREATE TABLE t (id bigserial PRIMARY KEY, v text, at timestamptz NOT NULL DEFAULT now())`)
  })

  afterEach(async () => {
    await db.closeReaders()
    const { rows } = await db.client.query('SELECT FROM pg_prepared_xacts WHERE gid = $1', [db.name])
    if (rows.length > 0) await db.client.query(`ROLLBACK PREPARED '${db.name}'`)
  })

  const incrementing = { mode: 'incrementing', 'table.whitelist': 't', 'incrementing.column.name': 'id' }
  const timestamp = { mode: 'timestamp', 'table.whitelist': 't', 'timestamp.column.name': 'at' }
  const both = { ...incrementing, ...timestamp, mode: 'timestamp+incrementing' }

  async function inTransaction(client: pg.Client, body: () => Promise<void>, end = 'COMMIT'): Promise<void> {
    await client.query('BEGIN')
    try {
      await body()
      await client.query(end)
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    }
  }

  const insert = (client: pg.Client, text: string) => client.query('INSERT INTO t (v) VALUES ($1)', [text])

  describe.each([
    ['incrementing', incrementing],
    ['timestamp', timestamp],
    ['timestamp+incrementing', both],
  ])('in mode %s', (_mode, settings) => {
    it('come when an insert is held open while others commit', async () => {
      const reader = await db.read(settings)
      await inTransaction(writer, async () => {
        await insert(writer, 'late')
        await insert(other, 'early')
        await reader.expectNothing()
      })
      expect(values(await reader.take(2))).toEqual(['late', 'early'])
    })

    it('come when savepoints were rolled back and released in between', async () => {
      const reader = await db.read(settings)
      await inTransaction(writer, async () => {
        await writer.query('SAVEPOINT a')
        await insert(writer, 'undone')
        await writer.query('ROLLBACK TO a')
        await insert(other, 'early')
        await reader.expectNothing()
        await writer.query('SAVEPOINT b')
        await insert(writer, 'late')
        await writer.query('RELEASE b')
        await reader.expectNothing()
      })
      expect(new Set(values(await reader.take(2)))).toEqual(new Set(['early', 'late']))
    })

    it('come when the transaction was prepared', async () => {
      const reader = await db.read(settings)
      await inTransaction(
        writer,
        async () => {
          await insert(writer, 'late')
          await insert(other, 'early')
          await reader.expectNothing()
        },
        `PREPARE TRANSACTION '${db.name}'`,
      )
      await insert(other, 'after')
      await reader.expectNothing()
      await writer.query(`COMMIT PREPARED '${db.name}'`)
      expect(values(await reader.take(3))).toEqual(['late', 'early', 'after'])
    })

    it('come when the transaction was prepared before the first look', async () => {
      await inTransaction(
        writer,
        async () => void (await insert(writer, 'late')),
        `PREPARE TRANSACTION '${db.name}'`,
      )
      await insert(other, 'early')
      const reader = await db.read(settings)
      await reader.expectNothing()
      await writer.query(`COMMIT PREPARED '${db.name}'`)
      expect(values(await reader.take(2))).toEqual(['late', 'early'])
    })

    it('are not waited for by what only streams the log', async () => {
      // pg's types don't know replication, which pg passes on
      const subscriber = new pg.Client({
        connectionString: db.url,
        replication: 'database',
      } as pg.ClientConfig)
      subscriber.on('error', () => {})
      await subscriber.connect()
      try {
        await db.client.query('CREATE PUBLICATION nothing')
        const slot = `${db.name}_slot`
        await subscriber.query(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput`)
        const options = `(proto_version '1', publication_names 'nothing')`
        subscriber.query(`START_REPLICATION SLOT ${slot} LOGICAL 0/0 ${options}`).catch(() => {})
        await db.client.query('SELECT pg_sleep(0.5)')
        await insert(writer, 'here')
        const reader = await db.read(settings)
        expect(values(await reader.take(1))).toEqual(['here'])
      } finally {
        destroy(subscriber)
        await db.client.query('DROP PUBLICATION nothing')
      }
    })

    it('are not waited for when they write in another database', async () => {
      const elsewhere = await testDatabase()
      try {
        await elsewhere.client.query('CREATE TABLE t (id bigserial PRIMARY KEY, v text)')
        await elsewhere.client.query("BEGIN; INSERT INTO t (v) VALUES ('open')")
        await insert(other, 'now')
        const reader = await db.read(settings)
        expect(values(await reader.take(1))).toEqual(['now'])
      } finally {
        await elsewhere.dispose()
      }
    })

    it('leave gaps where transactions were rolled back, which hold nothing up', async () => {
      const reader = await db.read(settings)
      await insert(other, 'first')
      for (let n = 0; n < 3; n++) {
        await inTransaction(writer, async () => void (await insert(writer, 'gap')), 'ROLLBACK')
      }
      await insert(other, 'last')
      expect(values(await reader.take(2))).toEqual(['first', 'last'])
    })
  })

  it('come when the id was drawn first and others with larger ids were committed before the insert', async () => {
    const reader = await db.read(incrementing)
    await inTransaction(writer, async () => {
      const { rows } = await writer.query<{ id: string }>("SELECT nextval('t_id_seq') AS id")
      await insert(other, 'early')
      await reader.expectNothing()
      await writer.query('INSERT INTO t (id, v) VALUES ($1, $2)', [rows[0]?.id, 'late'])
      await reader.expectNothing()
    })
    expect(values(await reader.take(2))).toEqual(['late', 'early'])
  })

  it('come when the id was drawn in a savepoint that was rolled back', async () => {
    const reader = await db.read(incrementing)
    await inTransaction(writer, async () => {
      await writer.query('SAVEPOINT a')
      const { rows } = await writer.query<{ id: string }>("SELECT nextval('t_id_seq') AS id")
      await writer.query('ROLLBACK TO a')
      await insert(other, 'early')
      await reader.expectNothing()
      await writer.query('INSERT INTO t (id, v) VALUES ($1, $2)', [rows[0]?.id, 'late'])
    })
    expect(values(await reader.take(2))).toEqual(['late', 'early'])
  })

  it('come when others were read after BEGIN, and then an insert with now() follows', async () => {
    const reader = await db.read(timestamp)
    await inTransaction(writer, async () => {
      await writer.query('SELECT 1')
      await insert(other, 'early')
      await reader.expectNothing()
      await insert(writer, 'late')
      await reader.expectNothing()
    })
    expect(values(await reader.take(2))).toEqual(['late', 'early'])
  })

  it('come, and old rows too, when old rows are updated during the load', async () => {
    await db.client.query("INSERT INTO t (v) SELECT 'old' || n FROM generate_series(1, 1000) n")
    const reader = await db.read(both)
    const [first] = [await reader.poll(100)]
    expect(first).toHaveLength(100)
    await inTransaction(writer, async () => {
      await writer.query("UPDATE t SET v = 'new' || id, at = now() WHERE id <= 50")
      await insert(other, 'early')
      expect(await reader.take(900)).toHaveLength(900)
    })
    const after = values(await reader.take(51))
    expect(after).toHaveLength(51)
    expect(after.filter((value) => String(value).startsWith('new'))).toHaveLength(50)
  })

  it('are waited for in a partition, and in the table that a partition belongs to', async () => {
    await db.client.query(`DROP TABLE IF EXISTS p CASCADE;
      CREATE TABLE p (id bigserial, v text, part int NOT NULL, PRIMARY KEY (id, part)) PARTITION BY LIST (part);
      CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)`)
    const reader = await db.read({ ...incrementing, 'table.whitelist': 'p' })
    await inTransaction(writer, async () => {
      await writer.query("INSERT INTO p1 (id, v, part) VALUES (1000, 'late', 1)")
      await other.query("INSERT INTO p (id, v, part) VALUES (1001, 'early', 2)")
      await reader.expectNothing()
    })
    expect(values(await reader.take(2))).toEqual(['late', 'early'])
  })

  it('are waited for where a partition is read and its parent draws the ids', async () => {
    await db.client.query(`DROP TABLE IF EXISTS p CASCADE;
      CREATE TABLE p (id bigint GENERATED BY DEFAULT AS IDENTITY, v text, part int NOT NULL) PARTITION BY LIST (part);
      CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)`)
    const reader = await db.read({
      mode: 'incrementing',
      query: 'SELECT id, v FROM p1',
      'incrementing.column.name': 'id',
    })
    await inTransaction(writer, async () => {
      const drawn = "SELECT nextval(pg_get_serial_sequence('p', 'id')) AS id"
      const { rows } = await writer.query<{ id: string }>(drawn)
      await other.query("INSERT INTO p (v, part) VALUES ('early', 1)")
      await reader.expectNothing()
      await writer.query("INSERT INTO p (id, v, part) VALUES ($1, 'late', 1)", [rows[0]?.id])
    })
    expect(values(await reader.take(2))).toEqual(['late', 'early'])
  })

  it('are waited for where a default draws ids from a sequence that no column owns', async () => {
    await db.client.query(`DROP SEQUENCE IF EXISTS free CASCADE; CREATE SEQUENCE free;
      DROP TABLE t; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('free'), v text)`)
    const reader = await db.read(incrementing)
    await inTransaction(writer, async () => {
      const { rows } = await writer.query<{ id: string }>("SELECT nextval('free') AS id")
      await insert(other, 'early')
      await reader.expectNothing()
      await writer.query('INSERT INTO t (id, v) VALUES ($1, $2)', [rows[0]?.id, 'late'])
    })
    expect(values(await reader.take(2))).toEqual(['late', 'early'])
  })

  it('are not waited for where their writers came later than the rows that are to be read', async () => {
    const reader = await db.read(incrementing)
    const later = await db.connect()
    await inTransaction(later, async () => {
      await inTransaction(writer, async () => {
        await insert(writer, 'late')
        await insert(other, 'early')
        await reader.expectNothing()
        await insert(later, 'later')
      })
      expect(values(await reader.take(2))).toEqual(['late', 'early'])
    })
    expect(values(await reader.take(1))).toEqual(['later'])
  })

  it('are waited for under a lock that lets nobody else in, on what is not read itself', async () => {
    await db.client.query(`DROP TABLE IF EXISTS p CASCADE;
      CREATE TABLE p (id bigint, v text, part int NOT NULL) PARTITION BY LIST (part);
      CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); INSERT INTO p VALUES (1, 'early', 1)`)
    await inTransaction(writer, async () => {
      await writer.query('LOCK TABLE ONLY p IN ACCESS EXCLUSIVE MODE')
      const reader = await db.read({
        mode: 'incrementing',
        query: 'SELECT id, v FROM p1',
        'incrementing.column.name': 'id',
      })
      await reader.expectNothing()
      await writer.query('COMMIT; BEGIN')
      expect(values(await reader.take(1))).toEqual(['early'])
    })
  })

  it.each(['SHARE ROW EXCLUSIVE', 'EXCLUSIVE'])('are waited for under a lock in %s mode', async (mode) => {
    const reader = await db.read(incrementing)
    await insert(other, 'early')
    await inTransaction(writer, async () => {
      await writer.query(`LOCK TABLE t IN ${mode} MODE`)
      await reader.expectNothing()
    })
    expect(values(await reader.take(1))).toEqual(['early'])
  })

  it('are waited for where a session hides what it does', async () => {
    const hidden = await db.connect()
    await hidden.query('SET track_activities = off')
    const reader = await db.read(timestamp)
    await inTransaction(hidden, async () => {
      await insert(hidden, 'late')
      await insert(other, 'early')
      await reader.expectNothing()
    })
    expect(values(await reader.take(2))).toEqual(['late', 'early'])
  })

  it('are waited for no longer than each transaction of a procedure lasts', async () => {
    const reader = await db.read(timestamp)
    let hasEnded = false
    const procedure = other
      .query('DO $$ BEGIN FOR n IN 1..500 LOOP COMMIT; PERFORM pg_sleep(0.02); END LOOP; END $$')
      .catch(String)
      .finally(() => (hasEnded = true))
    await insert(writer, 'here')
    expect(values(await reader.take(1))).toEqual(['here'])
    expect(hasEnded).toBe(false)
    await db.client.query(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity
      WHERE query LIKE 'DO %' AND datname = current_database()`)
    expect(await procedure).toContain('canceling')
  })

  it('are left time to show themselves', async () => {
    const reader = await db.read(timestamp)
    await db.client.query("INSERT INTO t (v, at) VALUES ('soon', clock_timestamp() + interval '300 ms')")
    let read: unknown[] = []
    while (read.length === 0) read = values(await reader.poll())
    const { rows } = await db.client.query(
      "SELECT clock_timestamp() - at > interval '100 ms' AS waited FROM t",
    )
    expect(rows).toEqual([{ waited: true }])
  })

  it('are waited for under a view and in a query', async () => {
    await db.client.query('CREATE OR REPLACE VIEW w AS SELECT id, v FROM t WHERE id > 0')
    const readers: Reader[] = [
      await db.read({
        ...incrementing,
        'table.whitelist': 'w',
        'table.types': 'VIEW',
        'validate.non.null': 'false',
      }),
      await db.read({
        mode: 'incrementing',
        query: 'SELECT id, v FROM w WHERE v IS NOT NULL;',
        'incrementing.column.name': 'id',
      }),
    ]
    await inTransaction(writer, async () => {
      await insert(writer, 'late')
      await insert(other, 'early')
      for (const reader of readers) await reader.expectNothing()
    })
    for (const reader of readers) expect(values(await reader.take(2))).toEqual(['late', 'early'])
    await db.client.query('DROP VIEW w')
  })

  it('are waited for by transaction where ids are drawn out of order', async () => {
    await db.client.query('ALTER TABLE t ADD COLUMN x xid8 NOT NULL DEFAULT pg_current_xact_id()')
    const reader = await db.read({ ...incrementing, 'xid.column.name': 'x' })
    await inTransaction(writer, async () => {
      await writer.query("INSERT INTO t (id, v) VALUES (5, 'late')")
      await other.query("INSERT INTO t (id, v) VALUES (900, 'early')")
      await reader.expectNothing()
    })
    expect(new Set(values(await reader.take(2)))).toEqual(new Set(['early', 'late']))
    await other.query("INSERT INTO t (id, v) VALUES (7, 'smaller id')")
    expect(values(await reader.take(1))).toEqual(['smaller id'])
  })

  it('come once each when two share a timestamp and the reader restarts between them', async () => {
    await db.client.query(
      "INSERT INTO t (v, at) SELECT 'v' || n, '2020-01-01 00:00:00.123456Z' FROM generate_series(1, 2) n",
    )
    await db.client.query("INSERT INTO t (v, at) VALUES ('v3', '2020-01-01 00:00:00.123457Z')")
    for (const [settings, again] of [
      [timestamp, ['v1', 'v2', 'v3']],
      [both, ['v2', 'v3']],
    ] as const) {
      const first = await db.read(settings)
      expect(await first.poll(1)).toHaveLength(1)
      await first.close()
      const second = await db.read(settings, { stored: first.stored })
      expect(new Set(values(await second.take(again.length)))).toEqual(new Set(again))
      await second.close()
      const third = await db.read(settings, { stored: second.stored })
      await third.expectNothing()
      await third.close()
    }
  })

  it('cannot be seen without pg_read_all_stats, so a role without it is refused with the GRANT', async () => {
    const role = `reader_${db.name}`
    await db.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'; GRANT SELECT ON t TO ${role}`)
    const login = { 'connection.user': role, 'connection.password': 'secret' }
    try {
      const refused = await db.read({ ...timestamp, ...login })
      await expect(refused.poll()).rejects.toThrow(`GRANT pg_read_all_stats TO "${role}"`)
      await refused.close()
      const ids = await db.read({ ...incrementing, ...login })
      await insert(other, 'seen')
      expect(values(await ids.take(1))).toEqual(['seen'])
      await ids.close()
      await db.client.query(`GRANT pg_read_all_stats TO ${role}`)
      const granted = await db.read({ ...timestamp, ...login })
      expect(values(await granted.take(1))).toEqual(['seen'])
      await granted.close()
    } finally {
      await db.client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
    }
  })

  it('are named with pid, age and statement while they hold rows back', async () => {
    const reader = await db.read({ ...incrementing, 'window.warn.after.ms': '0' })
    await inTransaction(writer, async () => {
      await insert(writer, 'late')
      await reader.expectNothing()
      await insert(other, 'early')
      await reader.expectNothing()
      const { rows } = await writer.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      const lines = (
        reader.context.log as unknown as {
          lines: { level: string; fields: { holders?: { pid: number }[] } }[]
        }
      ).lines
      const warning = lines.find((line) => line.level === 'warn' && line.fields.holders !== undefined)
      expect(warning?.fields.holders).toEqual([
        expect.objectContaining({
          pid: rows[0]?.pid,
          query: expect.stringContaining('INSERT'),
          ageMs: expect.any(Number),
        }),
      ])
      const metrics = reader.context.metrics as unknown as { values: Map<string, number> }
      expect(metrics.values.get('window_held_tables')).toBe(1)
    })
    expect(await reader.take(2)).toHaveLength(2)
  })

  it.each([
    ['', 0],
    [' that parallel workers help', 1],
  ])('do not wait for readers like this one%s', async (_name, workers) => {
    await db.client.query(
      "INSERT INTO t (v, at) SELECT repeat('x', 1000), '2020-01-01Z' FROM generate_series(1, 50000)",
    )
    await db.client.query(`ALTER DATABASE ${db.name} SET max_parallel_workers_per_gather = ${workers};
      ALTER DATABASE ${db.name} SET parallel_setup_cost = 0; ALTER DATABASE ${db.name} SET parallel_tuple_cost = 0`)
    const slow = await db.read(timestamp)
    expect((await slow.poll(1)).length).toBe(1)
    const { rows } = await withClient(db.url, (client) =>
      client.query(`SELECT backend_type AS kind FROM pg_stat_activity
        WHERE query LIKE 'COPY%' AND state = 'active' AND datname = current_database() ORDER BY 1`),
    )
    const helpers = Array.from({ length: workers }, () => ({ kind: 'parallel worker' }))
    expect(rows).toEqual([{ kind: 'client backend' }, ...helpers])
    const quick = await db.read({ ...timestamp, 'timestamp.initial': String(Date.UTC(2020, 0, 1)) })
    await insert(other, 'new')
    expect(values(await quick.take(1))).toEqual(['new'])
    await Promise.all([slow.close(), quick.close()])
  })
})

/** The end of a connection that streams the log isn't waited for. */
function destroy(client: pg.Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } }
  connection.stream.destroy()
}
