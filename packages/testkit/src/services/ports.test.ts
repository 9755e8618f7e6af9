import { freePorts } from './ports.ts'

describe('free ports', () => {
  it('are different, and none is taken', async () => {
    const offers = [1, 2, 2, 3, 4]
    const ports = await freePorts(3, { isFree: async (port) => port !== 1, pick: () => offers.shift() ?? 0 })
    expect(ports).toEqual([2, 3, 4])
  })

  it('are asked for in vain where all are taken', async () => {
    await expect(freePorts(2, { isFree: async () => false })).rejects.toThrow(/found only 0 of 2 free ports/)
  })
})
