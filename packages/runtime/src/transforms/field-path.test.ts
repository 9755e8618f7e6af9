import { kindOf, struct } from '@sluice/template'
import fc from 'fast-check'
import { parseFieldPath, plainReader, schemaReader } from './field-path.ts'

const v2 = { syntax: 'V2', setting: 'field' } as const

describe('a path to a field', () => {
  it.each([
    ['a', ['a']],
    ['a.b.c', ['a', 'b', 'c']],
    ['`a.b`.c', ['a.b', 'c']],
    ['a.`b.c`', ['a', 'b.c']],
    ['`a`b`.c', ['a`b', 'c']],
    ['`a\\`.b`.c', ['a`.b', 'c']],
    ['a`b.c', ['a`b', 'c']],
    ['a.', ['a', '']],
    ['.a', ['', 'a']],
  ])('is read: %s', (text, names) => {
    expect(parseFieldPath(text, v2)).toEqual(names)
  })

  it('is one name in the first syntax', () => {
    expect(parseFieldPath('a.b', { syntax: 'V1', setting: 'field' })).toEqual(['a.b'])
  })

  it('needs its backticks closed', () => {
    expect(() => parseFieldPath('a.`b', v2)).toThrow('The setting field has a backtick that is not closed')
  })

  it('reads each name that stands in backticks', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().filter((name) => !/[`\\]/.test(name)),
          { minLength: 1 },
        ),
        (names) => {
          const text = names.map((name) => `\`${name}\``).join('.')
          expect(parseFieldPath(text, v2)).toEqual(names)
        },
      ),
    )
  })

  it('never leads to a prototype', () => {
    const named = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty')
    fc.assert(
      fc.property(fc.array(named, { minLength: 1, maxLength: 4 }), (path) => {
        expect(plainReader(path, 'reading')({ a: 1 })).toBeNull()
        expect(() =>
          schemaReader(struct({ a: { type: 'int32' } }), path, {
            purpose: 'reading',
            replaceNullWithDefault: true,
          }),
        ).toThrow('has no field')
      }),
    )
  })

  it('reads a field of that name if there is one', () => {
    const value: unknown = JSON.parse('{"__proto__":{"a":1}}')
    expect(plainReader(['__proto__', 'a'], 'reading')(value)).toBe(1)
  })

  it('refuses to go through what has no fields', () => {
    const read = plainReader(['a', 'b'], 'reading')
    expect(read({})).toBeNull()
    expect(read({ a: null })).toBeNull()
    let thrown: unknown
    try {
      read({ a: 5 })
    } catch (error) {
      thrown = error
    }
    expect(kindOf(thrown)).toBe('record')
  })
})
