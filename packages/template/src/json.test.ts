import fc from 'fast-check'
import { parseJson, quickJson, stringifyJson } from './json.ts'

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

describe('quickJson', () => {
  /** What it stands for, member by member. */
  function shown(value: unknown): unknown {
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
    if (value instanceof Date) return value.getTime()
    if (Array.isArray(value)) return value.map(shown)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shown(member)]))
  }

  const leaf = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n }),
    fc.string({ unit: 'binary' }),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ maxLength: 4 }),
  )
  const name = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'toJSON', '1', '\ud800'))
  const any = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(name, tie('any'), { maxKeys: 5 }),
    ),
  })).any

  it('is the text of whatever a record has, and changes nothing in it', () => {
    fc.assert(
      fc.property(any, (value) => {
        const before = stringifyJson(shown(value))
        expect(quickJson(value)).toBe(before)
        expect(stringifyJson(shown(value))).toBe(before)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    [undefined],
    [2n ** 60n],
    [{ a: [{ b: undefined }] }],
    [new Map([['a', 1]])],
    [{ at: new Date(Number.NaN) }],
    [{ toJSON: () => 'x' }],
    [[Symbol('s')]],
  ])('leaves to others what it has no text for: %p', (value) => {
    expect(quickJson(value)).toBeUndefined()
  })
})
