import pg from 'pg'
import { type PostgresServer, startPostgres } from './postgres.ts'
import { ownFolder } from './shared-services.ts'

const timeoutMs = 180_000

describe('PostgreSQL', () => {
  let postgres: PostgresServer

  beforeAll(async () => {
    postgres = await startPostgres({ dir: ownFolder('postgres') })
  }, timeoutMs)

  afterAll(() => postgres.stop(), timeoutMs)

  it(
    'keeps what was committed through a kill and a start',
    async () => {
      await query('CREATE TABLE kept (id int)')
      await query('INSERT INTO kept VALUES (1), (2)')
      await postgres.kill()
      expect(postgres.running()).toBe(false)
      await postgres.start()
      expect(await query('SELECT id FROM kept ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }])
    },
    timeoutMs,
  )

  it('decodes its log and prepares transactions', async () => {
    expect(await query('SHOW wal_level')).toEqual([{ wal_level: 'logical' }])
    expect(await query('SHOW max_prepared_transactions')).toEqual([{ max_prepared_transactions: '20' }])
  })

  it('refuses a wrong password', async () => {
    await expect(query('SELECT 1', postgres.url.replace(':postgres@', ':wrong@'))).rejects.toThrow(
      /password authentication failed/,
    )
  })

  it(
    'answers nobody while it is frozen, and goes on afterwards',
    async () => {
      const client = new pg.Client({ connectionString: postgres.url })
      await client.connect()
      try {
        postgres.pause()
        let answered = false
        const answer = client.query('SELECT 1').then(() => (answered = true))
        await expect(query('SELECT 1', postgres.url, 300)).rejects.toThrow(/timeout/)
        expect(answered).toBe(false)
        postgres.resume()
        expect(await answer).toBe(true)
      } finally {
        postgres.resume()
        await client.end()
      }
    },
    timeoutMs,
  )

  it(
    'is found running by a second start, with clients connected',
    async () => {
      const again = await startPostgres({ dir: postgres.dir })
      expect(again.url).toBe(postgres.url)
    },
    timeoutMs,
  )

  it(
    'ends in order though a client is connected',
    async () => {
      const client = new pg.Client({ connectionString: postgres.url })
      const told = new Promise((resolve) => client.on('error', resolve))
      await client.connect()
      await postgres.stop()
      await expect(told).resolves.toMatchObject({ message: expect.stringMatching(/terminat/) })
      await client.end()
      await postgres.start()
    },
    timeoutMs,
  )

  async function query(
    sql: string,
    url = postgres.url,
    connectionTimeoutMillis = 10_000,
  ): Promise<readonly unknown[]> {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis })
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }
})
