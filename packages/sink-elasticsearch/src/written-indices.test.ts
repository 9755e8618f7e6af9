import { kindOf } from '@sluice/template'
import type { Answer, Request } from './elasticsearch.ts'
import { writtenIndices } from './written-indices.ts'

const { signal } = new AbortController()

function answering(answer: Answer) {
  const asked: Request[] = []
  const ask = async (request: Request): Promise<Answer> => {
    asked.push(request)
    return answer
  }
  return { asked, ask, signal }
}

describe('the index behind a name', () => {
  it('is the one that an alias stands for, the one for writes among several', async () => {
    const server = answering({
      kind: 'ok',
      body: {
        'orders-1': { aliases: { orders: {}, all: {} } },
        'orders-2': { aliases: { orders: { is_write_index: true } } },
        plain: { aliases: {} },
      },
    })
    const found = await writtenIndices(['orders', 'all', 'plain', 'new'], server)
    expect([...found]).toEqual([
      ['orders', 'orders-2'],
      ['all', 'orders-1'],
      ['plain', 'plain'],
      ['new', 'new'],
    ])
    expect(server.asked.map(({ path }) => path)).toEqual(['/orders,all,plain,new/_alias'])
  })

  it('is the name itself where the user may not look', async () => {
    const refused = { kind: 'refused', status: 403, errorType: 'security_exception', reason: 'no' } as const
    expect([...(await writtenIndices(['a'], answering(refused)))]).toEqual([['a', 'a']])
  })

  it('is asked for again while the server can’t tell', async () => {
    const gone = answering({ kind: 'unreachable', error: new Error('socket hang up') })
    const error = await writtenIndices(['a'], gone).catch((thrown: unknown) => thrown)
    expect(kindOf(error)).toBe('retriable')
  })
})
