import { Lanes } from './lanes.ts'
import type { Operation } from './operation.ts'

function operation(id: string | undefined, how: { waits?: boolean; resource?: string } = {}): Operation {
  const { waits = false, resource = 'i' } = how
  return { kind: 'index', resource, id, version: waits ? undefined : 1n } as Operation
}

describe('Lanes', () => {
  it('let versioned writes of a document go together', () => {
    const lanes = new Lanes()
    const [a, b] = [operation('a'), operation('a')]
    expect([lanes.enter(a), lanes.enter(b)]).toEqual([true, true])
    expect([lanes.leave(a), lanes.leave(b)]).toEqual([[], []])
  })

  it('keep one that waits, and all behind it, until the ones before are settled', () => {
    const lanes = new Lanes()
    const all = [
      operation('a'),
      operation('a'),
      operation('a', { waits: true }),
      operation('a'),
      operation('a'),
    ]
    expect(all.map((one) => lanes.enter(one))).toEqual([true, true, false, false, false])
    expect(lanes.leave(all[0]!)).toEqual([])
    expect(lanes.leave(all[1]!)).toEqual(all.slice(2))
  })

  it('let unversioned writes of a document go one after another', () => {
    const lanes = new Lanes()
    const all = [1, 2, 3].map(() => operation('a', { waits: true }))
    expect(all.map((one) => lanes.enter(one))).toEqual([true, false, false])
    expect(lanes.leave(all[0]!)).toEqual([all[1]])
    expect(lanes.leave(all[1]!)).toEqual([all[2]])
    expect(lanes.leave(all[2]!)).toEqual([])
    expect(lanes.enter(operation('a', { waits: true }))).toBe(true)
  })

  it('tell documents apart by resource, and don’t hold those without an id', () => {
    const lanes = new Lanes()
    lanes.enter(operation('a'))
    expect(lanes.enter(operation('a', { waits: true, resource: 'other' }))).toBe(true)
    expect([1, 2].map(() => lanes.enter(operation(undefined, { waits: true })))).toEqual([true, true])
    expect(lanes.leave(operation(undefined))).toEqual([])
  })
})
