import fc from 'fast-check'
import { readableJson } from './readable-json.ts'

const cyclic: Record<string, unknown> = { a: 1 }
cyclic['self'] = cyclic
const throwing = {
  fine: 1,
  get broken(): never {
    throw new Error('x')
  },
}

describe('JSON for people', () => {
  it.each<[unknown, string]>([
    [{ a: [1, 'x', null, undefined, true] }, '{"a":[1,"x",null,null,true]}'],
    [9007199254740993n, '9007199254740993'],
    [Number.NaN, '"NaN"'],
    [Buffer.from('hi'), '"aGk="'],
    [new Date(5), '5'],
    [new Date(Number.NaN), '"(no date)"'],
    [new Map([['k', 1n]]), '{"k":1}'],
    [() => 1, '"(function)"'],
    [Symbol('x'), '"(symbol)"'],
    [cyclic, '{"a":1,"self":"(the same again)"}'],
    [throwing, '{"fine":1,"broken":"(unreadable)"}'],
  ])('says what there is (%#)', (value, text) => {
    expect(readableJson(value)).toBe(text)
  })

  it('is JSON whatever the value, and however deep', () => {
    let deep: unknown = 'x'
    for (let level = 0; level < 10_000; level++) deep = [deep]
    expect(() => JSON.parse(readableJson(deep)) as unknown).not.toThrow()
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
        (value) => {
          JSON.parse(readableJson(value))
        },
      ),
    )
  })
})
