import { offsetOf, parseStart } from './start.ts'

const bounds = {
  earliest: new Map([[0, 10n]]),
  latest: new Map([[0, 100n]]),
  atTime: new Map([[0, 42n]]),
}

describe('where to begin', () => {
  it.each([
    ['beginning', 10n],
    ['end', 100n],
    ['50', 50n],
    ['0', 10n],
    ['1000', 100n],
    ['-5', 95n],
    ['-500', 10n],
    ['2h', 42n],
    ['2026-11-22T10:00:00Z', 42n],
  ])('%s', (text, offset) => expect(offsetOf(parseStart(text), 0, bounds)).toBe(offset))

  it('is the end where nothing is as young', () => {
    expect(offsetOf(parseStart('2h'), 0, { ...bounds, atTime: new Map() })).toBe(100n)
  })

  it('is not any text', () => expect(() => parseStart('soon')).toThrow('It is beginning, end, an offset'))
})
