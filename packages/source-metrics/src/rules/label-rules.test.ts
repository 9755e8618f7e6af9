import { compileRules, type Rule } from './label-rules.ts'

const rule = (own: Partial<Rule> & Pick<Rule, 'action'>): Rule => ({
  labels: ['__name__'],
  regex: '(.*)',
  target: '',
  value: '$1',
  ...own,
})

function apply(
  rules: readonly Rule[],
  name = 'http_total',
  labels: readonly (readonly [string, string])[] = [
    ['path', '/a'],
    ['zone', 'eu-1'],
  ],
) {
  return compileRules(new Map(rules.map((one, index) => [`r${index}`, one])))({ name, labels })
}

describe('label rules', () => {
  it('keep and drop by values of labels, joined', () => {
    const both = { labels: ['__name__', 'path'], regex: 'http_.*;/a' }
    expect(apply([rule({ action: 'keep', ...both })])?.name).toBe('http_total')
    expect(apply([rule({ action: 'drop', ...both })])).toBeUndefined()
    expect(apply([rule({ action: 'keep', labels: ['path'], regex: '/' })])).toBeUndefined()
  })

  it('rename and remove labels by their names', () => {
    expect(apply([rule({ action: 'rename', regex: '(pa)th', target: '$1' })])?.labels).toEqual([
      ['pa', '/a'],
      ['zone', 'eu-1'],
    ])
    expect(apply([rule({ action: 'remove', regex: 'p.*|none' })])?.labels).toEqual([['zone', 'eu-1']])
  })

  it('add and replace values, also the name of the metric', () => {
    expect(apply([rule({ action: 'add', target: 'env', value: 'test' })])?.labels[0]).toEqual(['env', 'test'])
    expect(
      apply([rule({ action: 'replace', labels: ['zone'], regex: '(.*)-\\d', target: 'region' })])?.labels,
    ).toContainEqual(['region', 'eu'])
    expect(
      apply([rule({ action: 'replace', regex: 'http_(.*)', target: '__name__', value: 'web_$1' })])?.name,
    ).toBe('web_total')
  })

  it('apply in their order, and leave a series without a name out', () => {
    const [first, second] = [
      rule({ action: 'add', target: 'env', value: 'test' }),
      rule({ action: 'keep', labels: ['env'], regex: 'test' }),
    ]
    expect(apply([first, second])).toBeDefined()
    expect(apply([second, first])).toBeUndefined()
    expect(apply([rule({ action: 'add', target: '__name__', value: '' })])).toBeUndefined()
  })

  it.each([
    [rule({ action: 'keep', regex: '(' }), 'the rule r0 has no regular expression'],
    [rule({ action: 'add' }), 'the rule r0 needs rules.r0.target'],
  ])('that are wrong are named', (wrong, message) => {
    expect(() => apply([wrong])).toThrow(message)
  })
})
