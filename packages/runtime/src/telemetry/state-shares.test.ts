import { StateShares } from './state-shares.ts'

describe('the shares of states in time', () => {
  it('go by how long each lasted, the present one until now', () => {
    let now = 0
    const shares = new StateShares(() => now)
    expect(shares.share('RUNNING')).toBe(0)
    shares.enter('UNASSIGNED')
    now = 10
    shares.enter('RUNNING')
    shares.enter('RUNNING')
    now = 40
    shares.enter('PAUSED')
    now = 50
    expect([shares.share('RUNNING'), shares.share('PAUSED'), shares.share('FAILED')]).toEqual([0.6, 0.2, 0])
    shares.enter('RUNNING')
    now = 100
    expect(shares.share('RUNNING')).toBe(0.8)
  })
})
