import { Arrival } from './arrived.ts'
import { Rejections } from './rejections.ts'

function arrival(offset: bigint): Arrival {
  const fetched = {
    offset,
    timestamp: 0,
    timestampType: 'CreateTime' as const,
    key: null,
    value: null,
    headers: [],
  }
  return new Arrival({ topic: 't', partition: 0 }, fetched)
}

describe('records set aside', () => {
  it('hold the loop up while a thousand dead letters are under way, and no longer', async () => {
    const sent: PromiseWithResolvers<void>[] = []
    const deadLetters = {
      send: () => {
        const letter = Promise.withResolvers<void>()
        sent.push(letter)
        return letter.promise
      },
    }
    const rejections = new Rejections({ tolerate: () => {} } as never, deadLetters as never, () => {})
    const failure = { stage: 'VALUE_CONVERTER', error: new Error('no JSON'), by: 'test' } as never
    for (let n = 0; n < 999; n++) rejections.setAside(arrival(BigInt(n)), failure)
    await rejections.room()
    rejections.setAside(arrival(999n), failure)
    const waiting = rejections.room()
    expect(await Promise.race([waiting, new Promise((resolve) => setImmediate(resolve, 'full'))])).toBe(
      'full',
    )
    for (const letter of sent) letter.resolve()
    await waiting
  })
})
