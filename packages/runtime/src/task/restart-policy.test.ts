import { failuresInRow, restartDelayMs } from './restart-policy.ts'

const policy = { backoffMs: 10_000, backoffMaxMs: 3_600_000, max: -1 }

describe('restarts', () => {
  it('come after ten seconds, then twice as long from failure to failure, up to an hour, give or take a fifth', () => {
    for (const [failures, ms] of [
      [1, 10_000],
      [2, 20_000],
      [5, 160_000],
      [30, 3_600_000],
    ] as const) {
      const delay = restartDelayMs(policy, failures)
      expect(delay).toBeGreaterThanOrEqual(0.8 * ms)
      expect(delay).toBeLessThanOrEqual(1.2 * ms)
    }
  })

  it('end after so many in a row', () => {
    expect(restartDelayMs({ ...policy, max: 2 }, 2)).toBeDefined()
    expect(restartDelayMs({ ...policy, max: 2 }, 3)).toBeUndefined()
    expect(restartDelayMs({ ...policy, max: 0 }, 1)).toBeUndefined()
  })

  it('are counted afresh after ten healthy minutes', () => {
    expect(failuresInRow(7, 599_999)).toBe(8)
    expect(failuresInRow(7, 600_000)).toBe(1)
  })
})
