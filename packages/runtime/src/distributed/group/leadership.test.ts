import { decodeAssignment, encodeState } from './connect-protocol.ts'
import { Leadership, type LeadershipOptions } from './leadership.ts'
import { keyOf, type Unit } from './unit.ts'

const units: readonly Unit[] = [-1, 0, 1, 2].map((task) => ({ connector: 'c', task }))

const leader = (
  how: Partial<LeadershipOptions['config']> & { lastRun?: LeadershipOptions['lastRun'] } = {},
) =>
  new Leadership({
    maxDelayMs: 60_000,
    graceMs: 10_000,
    lastRun: how.lastRun ?? (() => undefined),
    config: { offset: () => 5n, readTo: async () => false, units: () => units, ...how },
  })

const member = (id: string, held: readonly Unit[] = [], configOffset = 5n) => ({
  memberId: id,
  metadata: encodeState({ url: `http://${id}/`, configOffset, held }),
})

const read = (shares: ReadonlyMap<string, Uint8Array>, id: string) =>
  decodeAssignment(Buffer.from(shares.get(id)!))

describe('the worker that leads', () => {
  it('tells everyone who leads and what to do', async () => {
    const shares = await leader().shareOut([member('a'), member('b')], 'b')
    const [a, b] = ['a', 'b'].map((id) => read(shares, id))
    expect(a).toMatchObject({ error: 'none', leaderId: 'b', leaderUrl: 'http://b/', configOffset: 5n })
    expect([...a!.assigned, ...b!.assigned].map(keyOf).toSorted()).toEqual(units.map(keyOf).toSorted())
  })

  it('assigns nothing where it can not read as far as another one has', async () => {
    const shares = await leader().shareOut([member('a'), member('b', [], 9n)], 'a')
    expect(read(shares, 'a')).toMatchObject({ error: 'mismatch', configOffset: 9n, assigned: [] })
  })

  it('starts everything at once where it has just come', async () => {
    const new_ = leader({ lastRun: () => 'http://gone/' })
    const shares = await new_.shareOut([member('a')], 'a')
    expect(read(shares, 'a')).toMatchObject({ assigned: units, delayMs: 0 })
  })

  it('keeps for the leader before it what that one ran, as the status topic has it', async () => {
    const follower = leader({ lastRun: ({ task }) => (task < 1 ? 'http://gone/' : 'http://a/') })
    follower.seated({ leads: false })
    const shares = await follower.shareOut([member('a', units.slice(2))], 'a')
    expect(read(shares, 'a')).toMatchObject({ assigned: [], revoked: [] })
    expect(read(shares, 'a').delayMs).toBeGreaterThan(0)
    expect(follower.waiting).toEqual(units.slice(0, 2))
    follower.seated({ leads: true })
    const again = await follower.shareOut([member('a', units.slice(2)), member('gone')], 'a')
    expect(read(again, 'gone').assigned).toEqual(units.slice(0, 2))
    expect(follower.ownerOf(units[0]!)).toBe('http://gone/')
  })

  it('knows which connectors have tasks anywhere until those that ran them say otherwise', async () => {
    let all = units
    const one = leader({ units: () => all })
    await one.shareOut([member('a')], 'a')
    one.seated({ leads: true })
    expect(one.hasTasks('c')).toBe(true)
    all = units.slice(0, 1)
    await one.shareOut([member('a', units)], 'a')
    expect(one.hasTasks('c')).toBe(true)
    await one.shareOut([member('a', all)], 'a')
    expect(one.hasTasks('c')).toBe(false)
  })
})
