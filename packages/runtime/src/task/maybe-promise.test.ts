import { all, mapEach } from './maybe-promise.ts'

describe('mapEach', () => {
  it('maps to values and promises', async () => {
    expect(mapEach([1, 2], (n) => n * 2)).toEqual([2, 4])
    expect(await all(mapEach([1, 2], (n) => Promise.resolve(n * 2)))).toEqual([2, 4])
  })

  it('leaves no rejection unseen behind where a step throws', async () => {
    const unseen: unknown[] = []
    const listen = (reason: unknown): void => void unseen.push(reason)
    process.on('unhandledRejection', listen)
    try {
      const step = (n: number): Promise<never> => {
        if (n === 2) throw new Error('Now.')
        return Promise.reject(new Error('Later.'))
      }
      expect(() => mapEach([1, 2], step)).toThrow('Now.')
      await new Promise((resolve) => setImmediate(resolve))
      expect(unseen).toEqual([])
    } finally {
      process.off('unhandledRejection', listen)
    }
  })
})
