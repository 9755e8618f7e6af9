import { headerRules, headersAt } from './header-rules.ts'

describe('response.http.headers.config', () => {
  it('reads rules, those with commas in quotes', () => {
    const text =
      'set X-Frame-Options: DENY, "add Cache-Control: no-cache, no-store", setDate Expires: 86400000'
    expect(headersAt(headerRules(text), 0)).toEqual([
      { name: 'X-Frame-Options', value: 'DENY', added: false },
      { name: 'Cache-Control', value: 'no-cache, no-store', added: true },
      { name: 'Expires', value: 'Fri, 02 Jan 1970 00:00:00 GMT', added: false },
    ])
    expect(headerRules('')).toEqual([])
    expect(headerRules(' , ')).toEqual([])
  })

  it.each([
    'X-Frame-Options: DENY',
    'set X',
    'push A: b',
    'set A b: c',
    'set Ä: b',
    'setDate A: soon',
    '"set A: b',
  ])('refuses %s', (text) => {
    expect(() => headerRules(text)).toThrow(/^has /)
  })
})
