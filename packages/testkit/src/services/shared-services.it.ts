import pg from 'pg'
import { sharedServices } from './shared-services.ts'

describe('the shared services', () => {
  it('hand out one server, started at the first call', async () => {
    const [first, second] = await Promise.all([sharedServices().postgres(), sharedServices().postgres()])
    expect(second.url).toBe(first.url)
    const client = new pg.Client({ connectionString: first.url })
    await client.connect()
    try {
      const { rows } = await client.query('SHOW wal_level')
      expect(rows).toEqual([{ wal_level: 'logical' }])
    } finally {
      await client.end()
    }
  }, 180_000)
})
