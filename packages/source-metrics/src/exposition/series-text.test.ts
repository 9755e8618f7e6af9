import { parseSeriesText } from './series-text.ts'

describe('the text of a series', () => {
  it.each([
    ['a', 'a', []],
    ['a:b_c1', 'a:b_c1', []],
    ['a{}', 'a', []],
    ['a{b="c",}', 'a', [['b', 'c']]],
    [
      'a{ b = "c" , d="e" }',
      'a',
      [
        ['b', 'c'],
        ['d', 'e'],
      ],
    ],
    ['a{b="\\"q\\" \\\\ \\n \\x"}', 'a', [['b', '"q" \\ \n \\x']]],
    ['{"a.b","c.d"="e"}', 'a.b', [['c.d', 'e']]],
    ['{"a.b"}', 'a.b', []],
    ['a{__proto__="x"}', 'a', [['__proto__', 'x']]],
  ])('is read: %s', (text, name, labels) => {
    expect(parseSeriesText(text)).toEqual({ name, labels })
  })

  it.each([
    '',
    '{}',
    '1a',
    'a-b',
    'a{',
    'a{b}',
    'a{b=c}',
    'a{b="c}',
    'a{b="c"',
    'a{b="c"}x',
    'a{b="1",b="2"}',
    'a{"b"}',
    'a{,}',
    'a{1b="c"}',
  ])('is none: %j', (text) => expect(parseSeriesText(text)).toBeUndefined())
})
