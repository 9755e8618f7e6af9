import { Turns } from './turns.ts'

describe('Turns', () => {
  it('lets steps on one account wait for each other, and no others', async () => {
    const turns = new Turns()
    const order: string[] = []
    const slow = Promise.withResolvers<void>()
    const all = [
      turns.take('a', async () => {
        await slow.promise
        order.push('a1')
        throw new Error('Broken.')
      }),
      turns.take('a', async () => void order.push('a2')),
      turns.take('b', async () => void order.push('b1')),
    ]
    await all[2]
    expect(order).toEqual(['b1'])
    slow.resolve()
    await expect(all[0]).rejects.toThrow('Broken.')
    await all[1]
    expect(order).toEqual(['b1', 'a1', 'a2'])
  })
})
