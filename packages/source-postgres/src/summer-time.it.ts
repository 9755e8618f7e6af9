import { jest } from '@jest/globals'
import type { Json } from '@sluice/template'
import { partitionKey } from '@sluice/testkit'
import { type TestDatabase, testDatabase, values } from '../test/database.ts'

jest.setTimeout(60_000)

/** Clocks that go back repeat a span of local times: what was written later can have an earlier time. */
describe('a timestamp without time zone', () => {
  let db: TestDatabase

  beforeAll(async () => {
    db = await testDatabase()
  }, 180_000)

  afterAll(() => db?.dispose())

  beforeEach(() =>
    db.client.query(
      'DROP TABLE IF EXISTS t; CREATE TABLE t (id serial PRIMARY KEY, v text, at timestamp NOT NULL)',
    ),
  )

  const timestamp = { mode: 'timestamp', 'table.whitelist': 't', 'timestamp.column.name': 'at' }
  const both = { ...timestamp, mode: 'timestamp+incrementing', 'incrementing.column.name': 'id' }

  const insert = (text: string, at: string) =>
    db.client.query('INSERT INTO t (v, at) VALUES ($1, $2)', [text, at])

  const offset = (stored: Json) =>
    new Map([[partitionKey({ protocol: '1', table: `${db.name}.public.t` }), stored]])

  /** Inserts a row every few hundredths of a second, from before the clocks of the zone go back until after the time has come again. */
  async function writeThroughout(
    zone: string,
  ): Promise<{ count: number; isOver: boolean; done: Promise<void> }> {
    const writer = await db.connect()
    const writing = { count: 0, isOver: false, done: Promise.resolve() }
    const until = Date.now() + 6000
    writing.done = (async () => {
      while (Date.now() < until) {
        await writer.query('INSERT INTO t (v, at) VALUES ($1, now() AT TIME ZONE $2)', [
          writing.count + 1,
          zone,
        ])
        writing.count++
        await writer.query('SELECT pg_sleep(0.02)')
      }
    })().finally(() => (writing.isOver = true))
    return writing
  }

  it.each([['timestamp', timestamp] as const, ['timestamp+incrementing', both] as const])(
    'loses no row while the clocks go back, in mode %s',
    async (_mode, settings) => {
      const zone = zoneWhoseClocksGoBack({ inMs: 2500, bySeconds: 2 })
      const writing = await writeThroughout(zone)
      const read = new Set<unknown>()
      const deadline = Date.now() + 20_000
      let stored: ReadonlyMap<string, Json> = new Map()
      while ((!writing.isOver || read.size < writing.count) && Date.now() < deadline) {
        const reader = await db.read({ ...settings, 'db.timezone': zone }, { stored })
        for (let polls = 0; polls < 3; polls++) {
          for (const value of values(await reader.poll(20))) read.add(value)
        }
        stored = reader.stored
        await reader.close()
      }
      await writing.done
      expect([...read].map(Number).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: writing.count }, (_, n) => n + 1),
      )
    },
  )

  it('says that the rows of the repeated time wait', async () => {
    const zone = zoneWhoseClocksGoBack({ inMs: 600_000, bySeconds: 3600 })
    await db.client.query(
      `INSERT INTO t (v, at) VALUES ('x', (now() AT TIME ZONE '${zone}') - interval '1 s')`,
    )
    const reader = await db.read({ ...timestamp, 'db.timezone': zone, 'window.warn.after.ms': '0' })
    await reader.expectNothing()
    const { lines } = reader.context.log as unknown as { lines: { level: string; fields: object }[] }
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        fields: expect.objectContaining({
          holders: [expect.objectContaining({ reason: expect.stringContaining('go back by 3600 s') })],
        }),
      }),
    )
    await reader.close()
  })

  it('begins at a time that is repeated with all that can be later', async () => {
    await insert('an hour before', '2023-10-29 01:59:00')
    await insert('later, by the clock earlier', '2023-10-29 02:10:00')
    await insert('later', '2023-10-29 02:40:00')
    const halfPastTwoTheFirstTime = Date.parse('2023-10-29T00:30:00Z')
    const later = ['later, by the clock earlier', 'later']
    const initial = { ...timestamp, 'db.timezone': 'Europe/Berlin' }
    const first = await db.read({ ...initial, 'timestamp.initial': String(halfPastTwoTheFirstTime) })
    expect(values(await first.take(2)).slice(-2)).toEqual(later)
    const stored = offset({ timestamp: halfPastTwoTheFirstTime, timestamp_nanos: 0 })
    const moved = await db.read(initial, { stored })
    expect(values(await moved.take(2)).slice(-2)).toEqual(later)
  })

  it.each([['timestamp', timestamp] as const, ['timestamp+incrementing', both] as const])(
    'that summer time leaves out takes no rows with it, in mode %s',
    async (_mode, settings) => {
      for (const minutes of ['01:50', '02:05', '02:30', '02:50', '03:10', '03:20', '04:00']) {
        await insert(minutes, `2024-03-31 ${minutes}`)
      }
      const read: unknown[] = []
      let stored: ReadonlyMap<string, Json> = new Map()
      for (let restarts = 0; restarts < 20 && !read.includes('04:00'); restarts++) {
        const reader = await db.read({ ...settings, 'db.timezone': 'Europe/Berlin' }, { stored })
        read.push(...values(await reader.poll(5)))
        stored = reader.stored
        await reader.close()
      }
      expect(new Set(read)).toEqual(new Set(['01:50', '02:05', '02:30', '02:50', '03:10', '03:20', '04:00']))
    },
  )

  it('goes on exactly after its last row where the clock is plain, and at a repeated time', async () => {
    for (const at of ['2023-10-29 01:30', '2023-10-29 02:30', '2023-10-29 03:30']) await insert(at, at)
    const first = await db.read({ ...both, 'db.timezone': 'Europe/Berlin' })
    const [, second] = await first.poll(2)
    expect(second?.origin.offset).toMatchObject({ timestamp: Date.parse('2023-10-29T01:30:00Z') })
    await first.close()
    const rest = await db.read({ ...both, 'db.timezone': 'Europe/Berlin' }, { stored: first.stored })
    expect(values(await rest.take(1))).toEqual(['2023-10-29 03:30'])
  })
})

/** A time zone by POSIX rules whose summer time of a few seconds or an hour more ends so soon. */
function zoneWhoseClocksGoBack({
  inMs,
  bySeconds,
}: {
  readonly inMs: number
  readonly bySeconds: number
}): string {
  const moment = Math.round((Date.now() + inMs) / 1000) + bySeconds
  const wall = new Date(moment * 1000)
  const dayOfYear = Math.floor((wall.getTime() - Date.UTC(wall.getUTCFullYear(), 0, 1)) / 86_400_000)
  const shift = new Date(bySeconds * 1000).toISOString().slice(11, 19)
  return `AAA0BBB-${shift},${(dayOfYear + 180) % 365}/0,${dayOfYear}/${wall.toISOString().slice(11, 19)}`
}
