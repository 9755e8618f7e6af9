import { atMostEvery } from './at-most-every.ts'

describe('what is called at most every so often', () => {
  it('gives its last result until the time is over, and forgets failures', async () => {
    let at = 0
    let calls = 0
    let fails = true
    const get = atMostEvery(
      100,
      async () => {
        calls += 1
        if (fails) throw new Error(`no ${calls}`)
        return calls
      },
      () => at,
    )
    await expect(get()).rejects.toThrow('no 1')
    fails = false
    expect(await Promise.all([get(), get()])).toEqual([2, 2])
    at = 99
    expect(await get()).toBe(2)
    at = 100
    expect(await get()).toBe(3)
  })
})
