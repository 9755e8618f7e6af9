import { meetsVersion } from './version-range.ts'

describe('a requirement of a version', () => {
  it.each([
    ['1.2.3', '1.2.3', true],
    ['1.2.3', '1.2', false],
    ['1.2.0', '1.2', true],
    ['1.10.0', '[1.9,2.0)', true],
    ['2.0', '[1.9,2.0)', false],
    ['2.0', '[1.9,2.0]', true],
    ['1.9', '(1.9,2.0]', false],
    ['0.1.0', '(,1.0]', true],
    ['5.0.0', '[1.0,)', true],
    ['1.5', '[1.0],[1.4,1.6]', true],
    ['1.2', '[1.0],[1.4,1.6]', false],
    ['2.0-beta', '[1.0,2.0)', true],
    ['2.0-beta', '[2.0]', false],
    ['1.0', ' [1.0] ', true],
  ])('%s meets %s: %s', (version, requirement, met) => {
    expect(meetsVersion(version, requirement)).toBe(met)
  })

  it.each(['', '[', '[1.0', '(1.0)', '[]', 'one two', '[1.0)x', '1.0,2.0'])('refuses %j', (requirement) => {
    expect(() => meetsVersion('1.0', requirement)).toThrow('is no range of versions')
  })
})
