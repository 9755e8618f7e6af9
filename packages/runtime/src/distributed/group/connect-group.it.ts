import { randomUUID } from 'node:crypto'
import { sharedServices } from '@sluice/testkit/services'
import { createKafka } from '../../kafka/create-kafka.ts'
import { eventually } from '../../kafka/testing/consumer-scene.ts'
import { ConnectGroup, type Standing } from './connect-group.ts'
import { keyOf, nameOf, type Unit } from './unit.ts'

const quiet = (): void => {}
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }

let bootstrap: string
beforeAll(async () => {
  bootstrap = (await sharedServices().kafka()).bootstrapServers
}, 180_000)

/** What the config topic says, as every worker of a test has read it. */
interface Config {
  offset: bigint
  units: readonly Unit[]
}

interface Worker {
  readonly group: ConnectGroup
  readonly stops: string[]
  readonly lost: string[]
  standing: Standing | undefined
}

const open: ConnectGroup[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((group) => group.close()))
}, 30_000)

function start(
  groupId: string,
  url: string,
  config: Config,
  how: { maxDelayMs?: number; readTo?: () => boolean } = {},
): Worker {
  const worker = { stops: [] as string[], lost: [] as string[], standing: undefined as Standing | undefined }
  const group = new ConnectGroup({
    groupId,
    url,
    sessionTimeoutMs: 6000,
    rebalanceTimeoutMs: 10_000,
    heartbeatIntervalMs: 300,
    unsyncBackoffMs: 1500,
    graceMs: 0,
    maxDelayMs: how.maxDelayMs ?? 60_000,
    member: (options) => createKafka({ settings: { 'bootstrap.servers': bootstrap }, log }).member(options),
    config: {
      offset: () => config.offset,
      readTo: async (offset) => how.readTo?.() ?? config.offset >= offset,
      units: () => config.units,
    },
    lastRun: () => undefined,
    changed: (standing) => (worker.standing = standing),
    stop: async (units, why) => {
      worker.stops.push(...units.map(nameOf))
      if (why === 'lost') worker.lost.push(...units.map(nameOf))
    },
    events: { joined: quiet, lost: quiet, behind: quiet },
  })
  open.push(group)
  group.start()
  return Object.assign(worker, { group })
}

const connectors = (count: number, tasks: number): readonly Unit[] =>
  Array.from({ length: count }, (_, c) =>
    Array.from({ length: tasks + 1 }, (__, t) => ({ connector: `c${c}`, task: t - 1 })),
  ).flat()

const held = (worker: Worker): readonly string[] => (worker.standing?.units ?? []).map(keyOf)
const shared = (config: Config, ...workers: readonly Worker[]): boolean => {
  const all = workers.flatMap(held)
  return all.length === config.units.length && new Set(all).size === all.length
}

describe('workers of one group', () => {
  it('share out what there is, give a new one its part, and stop nothing else', async () => {
    const groupId = `connect-${randomUUID()}`
    const config: Config = { offset: 1n, units: connectors(6, 3) }
    const [a, b] = [start(groupId, 'http://a', config), start(groupId, 'http://b', config)]
    await eventually(() => shared(config, a, b) && held(a).length === 12)
    for (const worker of [a, b]) worker.stops.length = 0
    const c = start(groupId, 'http://c', config)
    await eventually(() => shared(config, a, b, c) && held(c).length === 8)
    expect([a, b].map(({ stops }) => stops.length)).toEqual([4, 4])
    expect([a, b, c].filter(({ standing }) => standing?.leads)).toHaveLength(1)
  }, 60_000)

  it('keep what one ran that leaves until it is back under its url', async () => {
    const groupId = `connect-${randomUUID()}`
    const config: Config = { offset: 1n, units: connectors(4, 3) }
    const a = start(groupId, 'http://a', config)
    await eventually(() => shared(config, a))
    const b = start(groupId, 'http://b', config)
    await eventually(() => shared(config, a, b) && held(b).length > 0)
    const before = held(b).toSorted()
    a.stops.length = 0
    await b.group.close()
    await eventually(() => a.group.waiting().length === before.length)
    expect(a.standing?.units).toHaveLength(8)
    const again = start(groupId, 'http://b', config)
    await eventually(() => shared(config, a, again))
    expect(held(again).toSorted()).toEqual(before)
    expect(a.stops).toEqual([])
  }, 60_000)

  it('give it to the others when the delay is over', async () => {
    const groupId = `connect-${randomUUID()}`
    const config: Config = { offset: 1n, units: connectors(4, 3) }
    const a = start(groupId, 'http://a', config, { maxDelayMs: 1500 })
    const b = start(groupId, 'http://b', config, { maxDelayMs: 1500 })
    await eventually(() => shared(config, a, b) && held(b).length > 0)
    const [leader, follower] = a.standing?.leads ? [a, b] : [b, a]
    leader.stops.length = 0
    await follower.group.close()
    await eventually(() => shared(config, leader))
    expect(leader.stops).toEqual([])
  }, 60_000)

  it('begin with what is new as soon as one has read of it', async () => {
    const groupId = `connect-${randomUUID()}`
    const config: Config = { offset: 1n, units: connectors(2, 1) }
    const [a, b] = [start(groupId, 'http://a', config), start(groupId, 'http://b', config)]
    await eventually(() => shared(config, a, b) && held(b).length > 0)
    config.units = connectors(4, 2)
    config.offset = 9n
    for (const { group } of [a, b]) group.rebalance()
    await eventually(() => shared(config, a, b) && held(a).length === 6)
  }, 60_000)

  it('stay away for a while when they can not read as far as others have', async () => {
    const groupId = `connect-${randomUUID()}`
    const config: Config = { offset: 5n, units: connectors(2, 1) }
    const a = start(groupId, 'http://a', config)
    await eventually(() => shared(config, a))
    const behind: Config = { offset: 1n, units: [] }
    let canRead = false
    const b = start(groupId, 'http://b', behind, {
      readTo: () => {
        if (canRead) Object.assign(behind, config)
        return canRead
      },
    })
    // it joins and leaves again: what it was given comes back without the delay, for it never had it
    await eventually(() => a.stops.length > 0)
    canRead = true
    await eventually(() => shared(config, a, b) && held(b).length > 0)
  }, 60_000)
})
