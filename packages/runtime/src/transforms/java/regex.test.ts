import { kindOf } from '@sluice/template'
import fc from 'fast-check'
import { javaRegex, regexIssue } from './regex.ts'

const setting = { setting: 'replacement' }

describe('a regular expression of Java', () => {
  it('must match a text as a whole', () => {
    const matches = javaRegex('db-.*').matcher()
    expect([matches('db-orders'), matches('my-db-orders')]).toEqual([true, false])
  })

  it('replaces what it finds first, which may be less than the whole', () => {
    expect(javaRegex('a|ab').replacer('X', setting)('ab')).toBe('Xb')
  })

  it('tells a wrong replacement when it is made, under its setting', () => {
    expect(() => javaRegex('(a)').replacer('$2', setting)).toThrow(
      'replacement has "$2", and the regular expression has no group $2',
    )
  })

  it.each([
    ['a++', 'a possessive quantifier'],
    ['(?>a)', 'an atomic group'],
    ['(a)\\1', 'a reference back to a group'],
    ['(?<n>a)\\k<n>', 'a reference back to a group'],
    ['a(?i)b', 'flags in the middle'],
    ['(?x)a', 'the flag x'],
    ['\\Ga', '\\G'],
    ['a{', 'repeats nothing'],
    ['[b-a]', 'a range backwards'],
    ['\\x{110000}', 'names no character'],
  ])('is refused by name: %s', (pattern, what) => {
    expect(regexIssue(pattern)).toContain(what)
  })

  it('ends, or refuses the text, whatever a stranger makes of it', () => {
    const evil = [
      '(a+)+$',
      '(a|aa)+$',
      '(a|a?)+$',
      '([a-z]+)*\\d',
      '(.*a){20}',
      '(?=(a+)+b)a*',
      '(x+x+)+y',
      '(a*)*b',
    ]
    for (const pattern of evil) {
      const matches = javaRegex(pattern).matcher()
      for (const text of [`${'a'.repeat(200)}!`, `${'x'.repeat(200)}!`]) {
        try {
          matches(text)
        } catch (error) {
          expect([pattern, kindOf(error)]).toEqual([pattern, 'record'])
        }
      }
    }
  })

  it('keeps what it found out, also that it took too long', () => {
    const matches = javaRegex('(a+)+b').matcher()
    const text = 'a'.repeat(100)
    const outcome = (): unknown => {
      try {
        return matches(text)
      } catch (error) {
        return error
      }
    }
    const first = outcome()
    expect(kindOf(first)).toBe('record')
    expect(outcome()).toBe(first)
  })

  it('is a regular expression or is told to be none, and never anything else', () => {
    const piece = fc.constantFrom(
      ...'ab.*+?|()[]{}^$\\-:/\n'.split(''),
      '&&',
      '(?:',
      '(?=',
      '(?<n>',
      '\\d',
      '\\p{L}',
      '{2}',
      '😀',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.string({ maxLength: 20 }), (pieces, text) => {
        const pattern = pieces.join('')
        if (regexIssue(pattern) !== undefined) return
        try {
          javaRegex(pattern).matcher()(text)
        } catch (error) {
          expect(kindOf(error)).toBe('record')
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('quotes whatever text between \\Q and \\E', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\\E')),
        (text) => {
          expect(javaRegex(`\\Q${text}\\E`).matcher()(text)).toBe(true)
        },
      ),
    )
  })
})
