import { cacheRoot } from './cache.ts'

describe('the cache', () => {
  it('lies where SLUICE_CACHE says, else where XDG_CACHE_HOME says, else in the home folder', () => {
    expect(cacheRoot({ SLUICE_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a')
    expect(cacheRoot({ XDG_CACHE_HOME: '/b' })).toBe('/b/sluice')
    expect(cacheRoot({})).toMatch(/\/\.cache\/sluice$/)
  })
})
