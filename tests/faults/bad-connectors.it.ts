import { setTimeout as sleep } from 'node:timers/promises'
import { BadWorld, type Mode, until } from './bad-connectors/bad-world.ts'
import type { Place, Way } from './bad-connectors/misbehave.ts'
import { longestPause } from './bad-connectors/pauses.ts'
import { coresOf, threadsOf } from './bad-connectors/process-use.ts'
import { call, probe } from './bad-connectors/rest-probe.ts'
import type { ConnectorStatus } from '../../packages/runtime/src/worker/views.ts'

interface Case {
  readonly place: Place
  readonly way: Way
  /** What the status comes to say: a state of the connector or its task, and what its trace or detail names. */
  readonly state: 'FAILED' | 'RUNNING' | 'UNASSIGNED'
  readonly says?: RegExp
  /** What validation of its settings answers, where that isn't all right. */
  readonly invalid?: RegExp
}

const never = /gave no sign of life.*never yields.*spinForEver|spinForEver/s
const thrown = /This connector always throws/

const cases: readonly Case[] = [
  { place: 'check', way: 'hang', state: 'RUNNING', invalid: /no answer within 10000 ms/ },
  { place: 'check', way: 'throw', state: 'RUNNING', invalid: thrown },
  { place: 'check', way: 'spin', state: 'RUNNING', invalid: /no answer within|gave no sign of life/ },
  { place: 'split', way: 'hang', state: 'FAILED', says: /did not divide its work within/ },
  { place: 'split', way: 'throw', state: 'FAILED', says: thrown },
  { place: 'split', way: 'spin', state: 'FAILED', says: never },
  { place: 'open', way: 'hang', state: 'UNASSIGNED', says: /open has given no answer/ },
  { place: 'open', way: 'throw', state: 'FAILED', says: thrown },
  { place: 'open', way: 'spin', state: 'FAILED', says: never },
  // waiting is what a source does that has nothing
  { place: 'poll', way: 'hang', state: 'RUNNING' },
  { place: 'poll', way: 'throw', state: 'FAILED', says: thrown },
  { place: 'poll', way: 'spin', state: 'FAILED', says: never },
  { place: 'poll', way: 'spin-later', state: 'FAILED', says: never },
  { place: 'put', way: 'hang', state: 'RUNNING', says: /put has given no answer/ },
  { place: 'put', way: 'throw', state: 'FAILED', says: thrown },
  { place: 'put', way: 'spin', state: 'FAILED', says: never },
]

const name = 'bad'
const backMs = 15_000

interface Row {
  readonly mode: Mode
  readonly call: string
  readonly restMs: number
  readonly itselfMs: number
  readonly created: number
  readonly validatedMs: number
  readonly deletedMs: number
  readonly pauseMs: number
  readonly pauseOfDeletionMs: number
}
const rows: Row[] = []
afterAll(() => {
  console.log(rows.map((row) => JSON.stringify(row)).join('\n'))
})

describe.each<Mode>(['standalone', 'distributed'])('beside a bad connector, %s', (mode) => {
  let world: BadWorld
  beforeAll(async () => {
    world = await BadWorld.start(mode)
  }, 300_000)
  afterAll(() => world?.stop(), 60_000)

  it.each(cases)(
    'whose $place does: $way, others go on, REST answers, and it can be deleted',
    async ({ place, way, state, says, invalid }) => {
      const settings = settingsOf(place, way, world)
      const bad = `${world.url}/connectors/${name}`
      const threads = world.workers.map(({ pid }) => threadsOf(pid))
      const others = world.workers.flatMap(({ restUrl }) =>
        ['/', '/connectors', '/connectors/notes/status'].map((path) => ({
          method: 'GET' as const,
          url: restUrl + path,
        })),
      )
      const putOther = world.workers.map(({ restUrl }) => ({
        method: 'PUT' as const,
        url: `${restUrl}/connectors/other/config`,
        body: world.otherConfig,
      }))
      const probes = [
        // a cluster that shares out anew may ask for a moment
        probe(
          [...others, ...putOther],
          (status) => status === 200 || (mode === 'distributed' && status === 409),
        ),
        probe(
          world.workers.map(({ restUrl }) => ({
            method: 'GET',
            url: `${restUrl}/connectors/${name}/status`,
          })),
          (status) => status === 200 || status === 404,
        ),
      ] as const
      const fromMs = Date.now()

      const made = await call('PUT', `${bad}/config`, settings)
      expect(made.status).toBe(201)
      await until(`it is ${state}`, async () => isSo(await world.status(name), { state, says }))
      const validated = await call(
        'PUT',
        `${world.url}/connector-plugins/${settings['connector.class']}/config/validate`,
        {
          name,
          ...settings,
        },
      )
      if (invalid !== undefined) {
        expect(validated.status).toBe(500)
        expect(JSON.stringify(validated.body)).toMatch(invalid)
      }
      const deleted = await call('DELETE', bad)
      expect(deleted.status).toBe(204)
      const untilMs = await recovered(world)
      const pauseMs = longestPause(world.notes(), { fromMs, untilMs })

      // and at once, whatever it is at
      const againMs = Date.now()
      await until(
        'its name is free',
        async () => (await call('PUT', `${bad}/config`, settings)).status === 201,
      )
      await sleep(3000)
      const host = await world.hostOf(name)
      const deletedAtWork = await call('DELETE', bad)
      expect(deletedAtWork.status).toBe(204)
      const pauseOfDeletionMs = longestPause(world.notes(), {
        fromMs: againMs,
        untilMs: await recovered(world),
      })

      const [rest, itself] = [await probes[0](), await probes[1]()]
      expect([...rest.wrong, ...itself.wrong]).toEqual([])
      await until('its threads are gone', () =>
        world.workers.every(({ pid }, index) => threadsOf(pid) <= threads[index]! + 1),
      )
      await until('it takes no time of a core', async () => (await coresOf(host.pid, 3000)) < 0.5)
      const row = {
        mode,
        call: `${place} ${way}`,
        restMs: Math.max(...rest.slowestMs),
        itselfMs: Math.max(...itself.slowestMs),
        created: Math.round(made.ms),
        validatedMs: Math.round(validated.ms),
        deletedMs: Math.round(Math.max(deleted.ms, deletedAtWork.ms)),
        pauseMs,
        pauseOfDeletionMs,
      }
      rows.push(row)
      console.log(JSON.stringify(row))
      expect(row.restMs).toBeLessThan(1000)
      expect(row.itselfMs).toBeLessThan(1000)
      expect(pauseMs).toBeLessThan(backMs)
      expect(pauseOfDeletionMs).toBeLessThan(backMs)
    },
    240_000,
  )

  it('nothing was lost', async () => {
    const { records, holes, unnoted } = await world.verdict()
    console.log(`${mode}: ${records} records`)
    expect(records).toBeGreaterThan(1000)
    expect(holes).toEqual([])
    expect(unnoted).toBe(0)
  }, 240_000)
})

function settingsOf(place: Place, way: Way, { topic }: BadWorld): Readonly<Record<string, string>> {
  if (place === 'put') return { 'connector.class': 'bad-sink', topics: topic, place, way, 'tasks.max': '1' }
  return { 'connector.class': 'bad-source', topic: `${topic}-bad`, place, way, 'tasks.max': '1' }
}

/** The task, or the connector where that has failed before there was one. */
function isSo(
  status: ConnectorStatus | undefined,
  { state, says }: { readonly state: string; readonly says: RegExp | undefined },
): boolean {
  const views = [
    ...(status?.tasks ?? []),
    ...(status?.connector.state === 'FAILED' ? [status.connector] : []),
  ]
  return views.some(
    (view) => view.state === state && (says === undefined || says.test(`${view.trace} ${view.detail}`)),
  )
}

/** When records come again of every task. */
async function recovered(world: BadWorld): Promise<number> {
  const since = Date.now()
  const keys = new Set(world.notes().map(({ key }) => key))
  await until('records come of every task', () => {
    const come = new Set(
      world
        .notes()
        .filter(({ at }) => at > since + 1000)
        .map(({ key }) => key),
    )
    return come.size === keys.size
  })
  return Date.now()
}
