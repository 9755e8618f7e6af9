import { stoodStill, verdictOf } from './cluster-counts.ts'

const at = (key: string, n: number, timestamp: number) => ({ key, n, timestamp })

describe('the counts of a cluster', () => {
  it('show what was lost and what came again', () => {
    const records = [at('a', 1, 0), at('a', 3, 1), at('a', 3, 2), at('b', 1, 0), at('b', 2, 1)]
    expect(verdictOf(records)).toEqual({ tasks: 2, records: 5, missing: 1, repeated: 1 })
  })

  it('show how long tasks stood still in between', () => {
    const records = [at('a', 1, 0), at('a', 2, 500), at('a', 3, 5500), at('b', 1, 0), at('b', 2, 9000)]
    expect(stoodStill(records, { fromMs: 1000, untilMs: 6000, normalMs: 1000 })).toBe(3.5 + 4)
  })
})
