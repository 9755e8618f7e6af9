import { clusterHealth, type HealthParts } from './cluster-health.ts'

const well: HealthParts = {
  hasJoined: () => true,
  isInTouch: () => true,
  refresh: async () => {},
  settled: async () => {},
}
const never = (): Promise<void> => new Promise(() => {})
const healthOf = (parts: Partial<HealthParts>) => clusterHealth({ ...well, ...parts }, { timeoutMs: 120 })

describe('the health of a worker in a cluster', () => {
  it('is good where it has its seat, reads to the end and writes', async () => {
    expect(await healthOf({})).toEqual({ status: 'healthy' })
  })

  it('is that of one that starts until it has had its part once', async () => {
    expect(await healthOf({ hasJoined: () => false })).toMatchObject({ status: 'starting' })
  })

  it.each([
    ['seat in the group', { isInTouch: () => false }],
    ['read the config topic', { refresh: never }],
    ['read the config topic', { refresh: () => Promise.reject(new Error('no')) }],
    ['write to the config topic', { settled: never }],
  ])('is bad without it, and says so: %s', async (what, parts) => {
    expect(await healthOf(parts)).toEqual({ status: 'unhealthy', detail: expect.stringContaining(what) })
  })

  it('waits for what passes', async () => {
    let looks = 0
    expect(await healthOf({ isInTouch: () => ++looks > 1 })).toEqual({ status: 'healthy' })
  })
})
