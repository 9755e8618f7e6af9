import { Slots } from './slots.ts'

const hour = 3_600_000
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function scene(patienceMs: number) {
  const slots = new Slots({ size: 2, most: 3, mostOfOne: 2 })
  const begun: number[] = []
  const ends: PromiseWithResolvers<void>[] = []
  const use = (
    id: number,
    { whose = String(id), signal = new AbortController().signal } = {},
  ): Promise<void> => {
    const end = Promise.withResolvers<void>()
    ends[id] = end
    const act = async (): Promise<void> => {
      begun.push(id)
      await end.promise
    }
    return slots.use(act, { whose, patienceMs, signal })
  }
  return { begun, ends, use }
}

describe('Slots', () => {
  it('lets the next one in when one has ended, in order', async () => {
    const { begun, ends, use } = scene(hour)
    const all = [0, 1, 2, 3].map((id) => use(id))
    await settled()
    expect(begun).toEqual([0, 1])
    ends[1]!.reject(new Error('Broken.'))
    await expect(all[1]).rejects.toThrow('Broken.')
    await settled()
    expect(begun).toEqual([0, 1, 2])
    for (const end of ends) end.resolve()
    await Promise.all([all[0], all[2], all[3]])
    expect(begun).toEqual([0, 1, 2, 3])
  })

  it('waits no longer for those who are stuck than its patience lasts, and lets no more in than it can bear', async () => {
    const { begun, ends, use } = scene(1)
    const all = [0, 1, 2, 3].map((id) => use(id))
    while (begun.length < 3) await settled()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(begun).toEqual([0, 1, 2])
    ends[0]!.resolve()
    await all[0]
    await settled()
    expect(begun).toEqual([0, 1, 2, 3])
    for (const end of ends) end.resolve()
    await Promise.all(all)
  })

  it('lets few in on one account, however often they come, and others past them', async () => {
    const { begun, ends, use } = scene(1)
    const all = [0, 1, 2].map((id) => use(id, { whose: 'a' }))
    all.push(use(3))
    while (begun.length < 3) await settled()
    expect(begun).toEqual([0, 1, 3])
    ends[0]!.resolve()
    await all[0]
    await settled()
    expect(begun).toEqual([0, 1, 3, 2])
    for (const end of ends) end.resolve()
    await Promise.all(all)
  })

  it('forgets who gives up, and lets the one behind in', async () => {
    const { begun, ends, use } = scene(hour)
    const giving = new AbortController()
    const all = [use(0), use(1), use(2, { signal: giving.signal }), use(3)]
    giving.abort(new Error('Given up.'))
    await expect(all[2]).rejects.toThrow('Given up.')
    ends[0]!.resolve()
    await all[0]
    await settled()
    expect(begun).toEqual([0, 1, 3])
    for (const end of ends) end.resolve()
    await Promise.all([all[1], all[3]])
  })
})
