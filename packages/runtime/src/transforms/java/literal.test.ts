import fc from 'fast-check'
import { parseLiteral } from './literal.ts'

describe('a literal', () => {
  it('is something, whatever the text', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"',
      '\\',
      '1',
      '-',
      '1e999',
      'null',
      'true',
      ' ',
      'x',
      '2019-08-23',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(parseLiteral(pieces.join(''))).toHaveProperty('value')
      }),
      { numRuns: 2000 },
    )
  })

  it('is a text where brackets go deeper than anyone reads', () => {
    const text = '['.repeat(100_000)
    expect(parseLiteral(text)).toEqual({ schema: { type: 'string' }, value: text })
  })
})
