import { type KeyPair, loadedOnce } from './memoised.ts'

const minute = 60_000

describe('credentials that are kept', () => {
  let at = 1_000_000
  let loads = 0
  let lifeMs: number | undefined
  let fails = false
  const load = async (): Promise<KeyPair> => {
    loads += 1
    if (fails) throw new Error('STS is away')
    const keys = { accessKeyId: `key-${loads}`, secretAccessKey: 'secret' }
    return lifeMs === undefined ? keys : { ...keys, expiration: new Date(at + lifeMs) }
  }
  beforeEach(() => {
    at = 1_000_000
    loads = 0
    lifeMs = 60 * minute
    fails = false
  })
  const make = () => loadedOnce(load, () => at)

  it('are loaded once for all who ask at the same time, and kept', async () => {
    const get = make()
    const all = await Promise.all([get(), get(), get()])
    expect(all.map(({ accessKeyId }) => accessKeyId)).toEqual(['key-1', 'key-1', 'key-1'])
    at += 30 * minute
    expect((await get()).accessKeyId).toBe('key-1')
  })

  it('are loaded again while a token signed with them would still be good', async () => {
    const get = make()
    await get()
    at += 45 * minute
    expect((await get()).accessKeyId).toBe('key-2')
  })

  it('that are short-lived are loaded again at half of their life', async () => {
    lifeMs = 20_000
    const get = make()
    await get()
    at += 9_999
    expect((await get()).accessKeyId).toBe('key-1')
    at += 1
    expect((await get()).accessKeyId).toBe('key-2')
  })

  it('do as long as they last where others can’t be had, and no longer', async () => {
    const get = make()
    await get()
    fails = true
    at += 59 * minute
    expect((await get()).accessKeyId).toBe('key-1')
    at += 58_000
    await expect(get()).rejects.toThrow('STS is away')
  })

  it('that end before a login could be renewed are refused by name', async () => {
    lifeMs = 3000
    await expect(make()()).rejects.toThrow('(access key key-1) end in 3 s')
    lifeMs = -1
    await expect(make()()).rejects.toThrow('(access key key-2) have ended')
  })

  it('without an end are looked for again now and then, and after a refusal', async () => {
    lifeMs = undefined
    const get = make()
    await get()
    at += 5 * minute
    expect((await get()).accessKeyId).toBe('key-2')
    expect(await get.renew()).toBe(true)
    expect((await get()).accessKeyId).toBe('key-3')
  })

  it('of a role that was refused are not asked for anew: others would be refused as well', async () => {
    const get = make()
    await get()
    expect(await get.renew()).toBe(false)
    expect(loads).toBe(1)
  })

  it('that are the same as before are no reason to try again', async () => {
    const same = loadedOnce(async () => ({ accessKeyId: 'key', secretAccessKey: 'secret' }))
    await same()
    expect(await same.renew()).toBe(false)
  })
})
