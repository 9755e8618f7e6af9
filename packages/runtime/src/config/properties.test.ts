import fc from 'fast-check'
import { parseProperties } from './properties.ts'

const parse = (text: string) => Object.fromEntries(parseProperties(text, 'worker.properties'))

describe('a .properties file', () => {
  it.each<[string, Record<string, string>]>([
    ['a=1\nb = 2\nc:3\nd 4', { a: '1', b: '2', c: '3', d: '4' }],
    ['# a comment\n! another\n\n  \n a=1', { a: '1' }],
    ['a=1\\\n   2\\\n3', { a: '123' }],
    ['a=1\\\\\nb=2', { a: '1\\', b: '2' }],
    ['a=x\\\n# no comment here', { a: 'x# no comment here' }],
    ['a\\=b\\ c\\:d = e', { 'a=b c:d': 'e' }],
    ['a=\\t\\n\\r\\f\\q', { a: '\t\n\r\fq' }],
    ['a=\\u00e4\\u4F60', { a: 'ä你' }],
    ['a = = b', { a: '= b' }],
    ['a', { a: '' }],
    ['a=', { a: '' }],
    ['=b', { '': 'b' }],
    ['a=1\r\nb=2\rc=3', { a: '1', b: '2', c: '3' }],
    ['a=1\na=2', { a: '2' }],
    ['a= trailing blanks stay  ', { a: 'trailing blanks stay  ' }],
    ['a=1\\', { a: '1' }],
    ['\ufeffa=1', { a: '1' }],
    [
      'sasl.jaas.config=org.apache.X required \\\n  username="u" \\\n  password="p=:";',
      {
        'sasl.jaas.config': 'org.apache.X required username="u" password="p=:";',
      },
    ],
  ])('reads %j as java.util.Properties does', (text, settings) => {
    expect(parse(text)).toEqual(settings)
  })

  it('names file and line of a broken escape', () => {
    expect(() => parse('a=1\nb=\\u12')).toThrow(
      'worker.properties, line 2 has "\\u12"; \\u is followed by four hexadecimal digits.',
    )
  })

  it('is read or refused with a sentence, whatever its content', () => {
    const pieces = fc.constantFrom(
      '\\',
      '\\u',
      '=',
      ':',
      ' ',
      '\n',
      '\r',
      '#',
      '!',
      'a',
      '0',
      '__proto__',
      '\t',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(text, (given) => {
        try {
          parseProperties(given, 'f')
        } catch (error) {
          expect((error as Error).message).toMatch(/^f, line \d+ has /)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('gives back what was escaped, whatever it was', () => {
    const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
    const word = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    })
    fc.assert(
      fc.property(word, word, (key, value) => {
        const units = (text: string) => text.split('').map(escape).join('')
        expect([...parseProperties(`${units(key)}=${units(value)}`, 'f')]).toEqual(
          key === '' && value === '' ? [['', '']] : [[key, value]],
        )
      }),
    )
  })
})
