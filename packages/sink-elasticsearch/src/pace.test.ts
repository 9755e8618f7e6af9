import { Pace, paceOf } from './pace.ts'

const options = { most: 8, backoffMs: 100, maxFailedMs: 1000, maxPushedBackMs: 500, random: () => 1 }

describe('Pace', () => {
  it('halves what is in flight at each push-back, never below one', () => {
    const pace = new Pace(options)
    const limits = [1, 2, 3, 4, 5].map(() => {
      pace.pushedBack(pace.wave, 'all')
      return pace.limit
    })
    expect(limits).toEqual([4, 2, 1, 1, 1])
  })

  it('heeds the requests that were in flight together once', () => {
    const pace = new Pace(options)
    const { wave } = pace
    const pauses = [pace.failed(wave), pace.failed(wave), pace.pushedBack(wave, 'all')]
    expect([pauses, pace.limit, pace.failures]).toEqual([[100, 0, 0], 4, 1])
    pace.served(wave)
    expect([pace.limit, pace.failures]).toEqual([4, 0])
  })

  it('recovers one by one up to its limit', () => {
    const pace = new Pace(options)
    for (let i = 0; i < 10; i++) pace.pushedBack(pace.wave, 'all')
    pace.served(pace.wave)
    expect(pace.limit).toBe(2)
    pace.served(pace.wave)
    expect(pace.limit).toBe(2)
    for (let i = 0; i < 1000; i++) pace.served(pace.wave)
    expect(pace.limit).toBe(8)
  })

  it('pauses longer with each trouble in a row, up to a bound of its kind, at least half of it', () => {
    const pace = new Pace(options)
    const all = Array.from({ length: 6 }, () => pace.pushedBack(pace.wave, 'all'))
    expect(all).toEqual([100, 200, 400, 500, 500, 500])
    const failed = Array.from({ length: 6 }, () => pace.failed(pace.wave))
    expect(failed).toEqual([100, 200, 400, 800, 1000, 1000])
    const low = new Pace({ ...options, random: () => 0 })
    expect([1, 2, 3].map(() => low.failed(low.wave))).toEqual([50, 100, 200])
  })

  it('pauses shortly while some get through, and after a success', () => {
    const pace = new Pace(options)
    for (let i = 0; i < 5; i++) pace.pushedBack(pace.wave, 'all')
    expect([1, 2].map(() => pace.pushedBack(pace.wave, 'part'))).toEqual([100, 100])
    for (let i = 0; i < 5; i++) pace.failed(pace.wave)
    pace.served(pace.wave)
    expect([pace.failed(pace.wave), pace.pushedBack(pace.wave, 'all')]).toEqual([100, 100])
  })
})

describe('the pace of settings', () => {
  const settings = {
    maxInFlightRequests: 5,
    maxRetries: -1,
    retryBackoffMs: 100,
    retryBackoffMaxMs: undefined,
  }
  const longest = (how: Partial<Parameters<typeof paceOf>[0]>, kind: 'failed' | 'pushedBack'): number => {
    const pace = paceOf({ ...settings, ...how })
    const pauses = Array.from({ length: 40 }, () =>
      kind === 'failed' ? pace.failed(pace.wave) : pace.pushedBack(pace.wave, 'all'),
    )
    return Math.max(...pauses)
  }

  it.each([
    [{}, 2000, 2000],
    [{ retryBackoffMs: 30_000 }, 30_000, 30_000],
    [{ retryBackoffMaxMs: 500 }, 500, 500],
    [{ maxRetries: 5 }, 86_400_000, 2000],
    [{ maxRetries: 5, retryBackoffMaxMs: 7000 }, 7000, 7000],
  ])('bounds the pauses: %j', (how, failedMs, pushedBackMs) => {
    expect(longest(how, 'failed')).toBeGreaterThan(failedMs / 2)
    expect(longest(how, 'failed')).toBeLessThanOrEqual(failedMs)
    expect(longest(how, 'pushedBack')).toBeGreaterThan(pushedBackMs / 2)
    expect(longest(how, 'pushedBack')).toBeLessThanOrEqual(pushedBackMs)
  })
})
