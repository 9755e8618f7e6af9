import { foundValues } from './found-values.ts'

const found = (text: string, value: string) => foundValues(new Map([['a', text]]), new Map([['a', value]]))

describe('values of config providers', () => {
  it.each([
    ['${env:A}', 'hush', ['hush']],
    ['x://app:${env:A}@db', 'x://app:hu?sh@db', ['hu?sh']],
    ['${topic}', '${topic}', []],
    ['${topic}-${none:A}', '${topic}-${none:A}', []],
    ['${env:A}:${env:B}', 'hush:quiet', ['hush', 'quiet', 'hush:quiet']],
    ['${env:A}/${none:B}', 'hush/${none:B}', ['hush', 'hush/${none:B}']],
    ['${env:A}${env:A}${env:A}${env:A}', '1234', ['1234']],
    ['${env:A}', 'two\nlines', ['two\nlines']],
  ])('are told from %s', (text, value, values) => {
    expect(found(text, value)).toEqual(values)
  })
})
