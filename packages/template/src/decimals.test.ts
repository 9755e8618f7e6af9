import fc from 'fast-check'
import { kindOf } from './errors.ts'
import {
  decimalText,
  fromTwosComplement,
  isDecimalScale,
  twosComplement,
  unscaledDecimal,
} from './decimals.ts'

const scale = fc.integer({ min: -20, max: 20 })

describe('decimals', () => {
  it('are what they were, as a text and as bytes', () => {
    fc.assert(
      fc.property(fc.bigInt(), scale, (unscaled, of) => {
        expect(unscaledDecimal(decimalText(unscaled, of), of)).toBe(unscaled)
        expect(fromTwosComplement(twosComplement(unscaled))).toBe(unscaled)
      }),
    )
  })

  it('may have fewer digits than the scale, or zeros beyond it', () => {
    expect(['1.5', '+1.500', '-1.5', '0', '1.'].map((text) => unscaledDecimal(text, 2))).toEqual([
      150n,
      150n,
      -150n,
      0n,
      100n,
    ])
    expect(unscaledDecimal('1500', -2)).toBe(15n)
  })

  it.each([
    ['1.234', 2],
    ['150', -2],
    ['1e3', 2],
    ['', 0],
    ['.5', 1],
    ['NaN', 0],
  ])('are refused where digits would be lost, and in another notation: %s with the scale %s', (text, of) => {
    let thrown: unknown
    try {
      unscaledDecimal(text, of)
    } catch (error) {
      thrown = error
    }
    expect(kindOf(thrown)).toBe('record')
  })

  it('fill as many bytes as are wanted, with the sign', () => {
    expect(twosComplement(-1n, 3)).toEqual(Buffer.from('ffffff', 'hex'))
    expect(twosComplement(128n)).toEqual(Buffer.from('0080', 'hex'))
    expect(() => twosComplement(128n, 1)).toThrow('does not fit into 1 bytes')
  })

  it('have scales that a text can be made of', () => {
    expect([0, -10_000, 10_000, 10_001, 1.5, Number.NaN].map(isDecimalScale)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ])
  })
})
