import { Pace } from './pace.ts'

const options = { most: 8, backoffMs: 100, maxBackoffMs: 1000, random: () => 1 }

describe('Pace', () => {
  it('halves what is in flight at each push-back, never below one', () => {
    const pace = new Pace(options)
    const limits = [1, 2, 3, 4, 5].map(() => {
      pace.pushedBack()
      return pace.limit
    })
    expect(limits).toEqual([4, 2, 1, 1, 1])
  })

  it('recovers one by one up to its limit', () => {
    const pace = new Pace(options)
    for (let i = 0; i < 10; i++) pace.pushedBack()
    pace.succeeded()
    expect(pace.limit).toBe(2)
    pace.succeeded()
    expect(pace.limit).toBe(2)
    for (let i = 0; i < 1000; i++) pace.succeeded()
    expect(pace.limit).toBe(8)
  })

  it('waits longer with each failure, up to a bound, at least half of it', () => {
    const pace = new Pace(options)
    expect([1, 2, 3, 4, 5, 1000].map((failures) => pace.backoffMs(failures))).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ])
    expect(new Pace({ ...options, random: () => 0 }).backoffMs(3)).toBe(200)
  })
})
