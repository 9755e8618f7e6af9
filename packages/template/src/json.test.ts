import fc from 'fast-check'
import { parseJson, stringifyJson } from './json.ts'

describe('parseJson and stringifyJson', () => {
  it('keep an integer beyond 2^53 exactly', () => {
    const text = '{"id":9007199254740993,"nested":[-9223372036854775808]}'
    expect(parseJson(text)).toEqual({ id: 9007199254740993n, nested: [-9223372036854775808n] })
    expect(stringifyJson(parseJson(text))).toBe(text)
  })

  it('leave small integers and fractions as numbers', () => {
    expect(parseJson('[1,1.5,1e300]')).toEqual([1, 1.5, 1e300])
  })

  it('make an ordinary property of __proto__', () => {
    const parsed = parseJson('{"__proto__":{"polluted":true}}')
    expect(Object.keys(parsed as object)).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('give back every value that JSON can hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value)
        expect(JSON.parse(stringifyJson(parseJson(text)))).toEqual(JSON.parse(text))
      }),
    )
  })

  it('refuse what is no JSON document', () => {
    expect(() => parseJson('{"a":1}{')).toThrow(SyntaxError)
  })
})
