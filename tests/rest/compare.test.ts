import { differencesOf } from './compare.ts'
import { judge } from './match.ts'

const answer = (body: unknown, status = 200) => ({ status, headers: {}, body })

describe('the comparison of two answers', () => {
  it('finds nothing in equal ones, whatever the order of members and of named items', () => {
    const a = answer({ a: 1, list: [{ name: 'x', v: 1 }, { name: 'y' }] })
    const b = answer({ list: [{ name: 'y' }, { name: 'x', v: 1 }], a: 1 })
    expect(differencesOf('s', a, b)).toEqual([])
  })

  it('names every field that differs', () => {
    const a = answer({ list: [{ name: 'x', v: 1 }, { name: 'y' }], texts: ['a', 'b'] })
    const b = answer({ list: [{ name: 'x', v: 2 }], texts: ['b', 'a'], more: null }, 201)
    expect(differencesOf('s', a, b)).toEqual([
      { step: 's', field: 'status', jvm: 200, sluice: 201 },
      { step: 's', field: 'body.list[x].v', jvm: 1, sluice: 2 },
      { step: 's', field: 'body.list[y]', jvm: { name: 'y' }, sluice: undefined },
      { step: 's', field: 'body.texts', jvm: ['a', 'b'], sluice: ['b', 'a'] },
      { step: 's', field: 'body.more', jvm: undefined, sluice: null },
    ])
  })

  it('tells what is allowed from what is not, and what is allowed for nothing', () => {
    const found = differencesOf('a/b', answer({ x: 1, y: 1 }), answer({ x: 2, y: 2 }))
    const rule = { what: '', why: '' }
    const used = { ...rule, steps: 'a/*|c/*', field: 'body.x' }
    const unused = { ...rule, steps: 'c/*', field: '*' }
    expect(judge(found, [used, unused])).toEqual({ unjustified: [found[1]], stale: [unused] })
    const others = { ...used, values: (jvm: unknown, sluice: unknown) => jvm === 1 && sluice === 3 }
    expect(judge(found, [others])).toEqual({ unjustified: found, stale: [others] })
  })
})
