import { struct } from '@sluice/template'
import { keyId, positionId } from './document-id.ts'

describe('keyId', () => {
  it.each([
    ['abc', 'abc'],
    [42, '42'],
    [-1n, '-1'],
    [9007199254740993n, '9007199254740993'],
  ])('takes %p as %s', (key, id) => {
    expect(keyId(key, undefined, false)).toBe(id)
  })

  it.each([null, undefined, '', 1.5, true, [1], new Uint8Array(2), { a: 1, b: 2 }, {}, new Map([['a', 1]])])(
    'refuses %p',
    (key) => {
      expect(() => keyId(key, undefined, true)).toThrow(/The key is the document id|is no document id/)
    },
  )

  it('takes a key of one field by its value where that is allowed', () => {
    const schema = struct({ id: { type: 'int64' } })
    expect(keyId({ id: 7n }, schema, true)).toBe('7')
    expect(() => keyId({ id: 7n }, schema, false)).toThrow('is no document id')
  })

  it('refuses a float, even a whole one, and a Decimal', () => {
    expect(() => keyId(1, { type: 'float64' }, true)).toThrow('is no document id')
    expect(() => keyId('1.0', { type: 'bytes' }, true)).toThrow('is no document id')
  })

  it('refuses an id that would have the whole request refused', () => {
    expect(keyId('é'.repeat(256), undefined, false)).toHaveLength(256)
    expect(() => keyId('é'.repeat(257), undefined, false)).toThrow('longer than 512 bytes')
  })
})

describe('positionId', () => {
  it('tells records apart by where they stand', () => {
    expect(positionId({ topic: 't', partition: 2, offset: 30n })).toBe('t+2+30')
  })
})
