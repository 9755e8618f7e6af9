import fc from 'fast-check'
import { assign, type GroupWorker, type History, noHistory, type Outcome } from './assign.ts'
import { isConnector, keyOf, nameOf, type Unit } from './unit.ts'

const maxDelayMs = 300_000
const graceMs = 30_000

/** A group as the protocol has it: each worker stops what is taken from it, then joins again. */
class Group {
  readonly connectors = new Map<string, number>()
  readonly workers = new Map<string, { url: string; held: readonly Unit[] }>()
  history: History = noHistory
  nowMs = 0
  delayMs = 0
  stops: string[] = []
  starts: string[] = []

  get units(): readonly Unit[] {
    return [...this.connectors].flatMap(([connector, count]) =>
      Array.from({ length: count + 1 }, (_, index) => ({ connector, task: index - 1 })),
    )
  }

  /** Rounds until nothing is taken away any more. */
  settle(): this {
    for (let round = 0; ; round++) {
      if (round > 2) throw new Error('The group does not come to rest.')
      if (!this.round()) return this
    }
  }

  /** True where another one is due. */
  round(): boolean {
    const workers = [...this.workers].map(([id, worker]): GroupWorker => ({ id, ...worker }))
    if (workers.length === 0) return false
    const { units, history, nowMs } = this
    const {
      shares,
      delayMs,
      history: after,
    }: Outcome = assign({ workers, units, history, nowMs, maxDelayMs, graceMs })
    this.history = after
    this.delayMs = delayMs
    let again = false
    for (const [id, { assigned, revoked }] of shares) {
      const worker = this.workers.get(id)!
      const gone = new Set(revoked.map(keyOf))
      worker.held = [...worker.held.filter((unit) => !gone.has(keyOf(unit))), ...assigned]
      this.stops.push(...revoked.map(nameOf))
      this.starts.push(...assigned.map(nameOf))
      again ||= revoked.length > 0
    }
    const running = [...this.workers.values()].flatMap(({ held }) => held.map(keyOf))
    if (new Set(running).size < running.length) throw new Error('A unit runs twice.')
    return again
  }

  join(id: string, url = `http://${id}`): this {
    this.workers.set(id, { url, held: [] })
    return this
  }

  leave(id: string): this {
    this.workers.delete(id)
    return this
  }

  clear(): this {
    this.stops = []
    this.starts = []
    return this
  }

  held(id: string): readonly string[] {
    return this.workers.get(id)!.held.map(nameOf).toSorted()
  }
}

const fill = (group: Group, connectors: number, tasks: number): Group => {
  for (let i = 0; i < connectors; i++) group.connectors.set(`c${i}`, tasks)
  return group
}

const threeOf = (connectors: number, tasks: number): Group =>
  fill(new Group(), connectors, tasks).join('a').join('b').join('c').settle().clear()

const spread = (numbers: readonly number[]): number =>
  numbers.length === 0 ? 0 : Math.max(...numbers) - Math.min(...numbers)

describe('a group of workers', () => {
  it('shares out forty connectors of five tasks evenly', () => {
    const group = threeOf(40, 5)
    const counts = ['a', 'b', 'c'].map((id) => group.held(id).length)
    expect(counts).toEqual([80, 80, 80])
  })

  it('keeps what a worker ran for it, and gives it back when it returns', () => {
    const group = threeOf(40, 5)
    const before = group.held('b')
    group.leave('b').settle()
    expect(group.delayMs).toBe(maxDelayMs)
    group.nowMs += 20_000
    group.join('b2', 'http://b').settle()
    expect(group.delayMs).toBe(0)
    expect(group.held('b2')).toEqual(before)
    expect(group.stops).toEqual([])
  })

  it('gives it to the others when the delay is over, and stops nothing for that', () => {
    const group = threeOf(40, 5)
    group.leave('b').settle()
    group.nowMs += maxDelayMs - 1
    group.settle()
    expect([group.delayMs, group.starts]).toEqual([1, []])
    group.nowMs += 1
    group.settle()
    expect([group.held('a').length, group.held('c').length]).toEqual([120, 120])
    expect(group.stops).toEqual([])
  })

  it('moves its share to a worker that is added, and nothing else', () => {
    const group = threeOf(40, 5).join('d').settle()
    expect(group.held('d')).toHaveLength(60)
    expect(group.stops).toHaveLength(60)
    expect(group.starts.toSorted()).toEqual(group.stops.toSorted())
  })

  it('lets a new worker take the place of one that is gone, once that one can run nothing any more', () => {
    const group = threeOf(40, 5)
    const before = group.held('b')
    group.leave('b').settle()
    group.nowMs += 10_000
    group.join('d').settle()
    expect([group.held('d'), group.delayMs, group.stops]).toEqual([[], graceMs - 10_000, []])
    group.nowMs += group.delayMs
    group.settle()
    expect(group.held('d')).toEqual(before)
    expect([group.delayMs, group.stops]).toEqual([0, []])
  })

  it('gives a new worker that waited for a place its share when the old one comes back', () => {
    const group = threeOf(40, 5)
    const before = group.held('b')
    group.leave('b').settle().join('d').settle().join('b2', 'http://b').settle()
    expect(group.held('d')).toHaveLength(60)
    // what b had to give doesn't run yet, so nobody has to stop it
    expect(group.stops).toHaveLength(40)
    expect(before).toEqual(expect.arrayContaining([...group.held('b2')]))
  })

  it('moves nothing in a rolling restart', () => {
    const group = threeOf(40, 5)
    const before = ['a', 'b', 'c'].map((id) => group.held(id))
    for (const id of ['a', 'b', 'c']) group.leave(id).settle().join(`${id}2`, `http://${id}`).settle()
    expect(['a2', 'b2', 'c2'].map((id) => group.held(id))).toEqual(before)
    expect(group.stops).toEqual([])
  })

  it('takes a unit that two workers claim from both, and gives it to one', () => {
    const group = threeOf(3, 1)
    const [unit] = group.workers.get('a')!.held
    const b = group.workers.get('b')!
    b.held = [...b.held, unit!]
    expect(() => group.round()).not.toThrow()
    expect(group.stops).toEqual([nameOf(unit!), nameOf(unit!)])
    group.settle()
    expect([...group.workers.values()].flatMap(({ held }) => held).map(nameOf)).toContain(nameOf(unit!))
  })

  it('lets nothing wait where no worker has had it', () => {
    const group = threeOf(4, 2)
    group.connectors.set('new', 3)
    group.leave('c').settle()
    expect(group.starts.filter((name) => name.startsWith('new')).toSorted()).toEqual([
      'new',
      'new-0',
      'new-1',
      'new-2',
    ])
  })

  it('comes to rest whatever happens to it, with everything run once, evenly, and nothing moved in vain', () => {
    fc.assert(
      fc.property(fc.array(events, { minLength: 1, maxLength: 25 }), (happenings) => {
        const group = new Group()
        for (const happening of happenings) {
          happen(group, happening)
          group.settle()
        }
        group.nowMs += 2 * maxDelayMs
        group.settle()
        if (group.workers.size === 0) return
        expectEven(group)
        expect(group.clear().settle()).toMatchObject({ stops: [], starts: [], delayMs: 0 })
      }),
      { numRuns: 500 },
    )
  })
})

type Happening =
  | { readonly type: 'join' | 'leave' | 'back' | 'delete'; readonly which: number }
  | { readonly type: 'put'; readonly which: number; readonly tasks: number }
  | { readonly type: 'time'; readonly ms: number }
  | { readonly type: 'half' }

const events: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ type: fc.constantFrom('join', 'leave', 'back', 'delete'), which: fc.nat(5) }),
  fc.record({ type: fc.constant('put' as const), which: fc.nat(8), tasks: fc.nat(7) }),
  fc.record({ type: fc.constant('time' as const), ms: fc.nat(400_000) }),
  // a round whose followers vanish before the next
  fc.constant({ type: 'half' as const }),
) as fc.Arbitrary<Happening>

let ids = 0

function happen(group: Group, happening: Happening): void {
  switch (happening.type) {
    case 'join':
      return void group.join(`n${ids++}`)
    case 'back':
      return void group.join(
        `n${ids++}`,
        [...group.history.keptUntil.keys()][0] ?? `http://w${happening.which}`,
      )
    case 'leave':
      return void group.leave([...group.workers.keys()][happening.which] ?? '')
    case 'delete':
      return void group.connectors.delete(`c${happening.which}`)
    case 'put':
      return void group.connectors.set(`c${happening.which}`, happening.tasks)
    case 'time':
      group.nowMs += happening.ms
      return
    case 'half':
      group.round()
      return void group.leave([...group.workers.keys()][0] ?? '')
  }
}

function expectEven(group: Group): void {
  const workers = [...group.workers.values()].map(({ held }) => held)
  expect(workers.flat().map(keyOf).toSorted()).toEqual(group.units.map(keyOf).toSorted())
  expect(spread(workers.map(({ length }) => length))).toBeLessThanOrEqual(1)
  expect(spread(workers.map((held) => held.filter((unit) => !isConnector(unit)).length))).toBeLessThanOrEqual(
    1,
  )
  for (const connector of group.connectors.keys()) {
    const counts = workers.map(
      (held) => held.filter((unit) => unit.connector === connector && unit.task >= 0).length,
    )
    expect(spread(counts)).toBeLessThanOrEqual(1)
  }
}
