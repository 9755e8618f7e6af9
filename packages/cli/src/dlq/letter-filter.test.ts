import { parseCount, parseOffset, parsePartition, parseReason, parseSince } from './letter-filter.ts'

describe('values of options', () => {
  it('are offsets, counts and partitions', () => {
    expect([parseOffset('beginning'), parseOffset('12')]).toEqual([0n, 12n])
    expect([parseCount('all'), parseCount('3')]).toEqual([Infinity, 3])
    expect(parsePartition('0')).toBe(0)
    expect(() => parseOffset('-1')).toThrow('"beginning"')
    expect(() => parseCount('0')).toThrow('at least 1')
    expect(() => parsePartition('x')).toThrow('number of a partition')
  })

  it('are regular expressions, whatever their case', () => {
    expect(parseReason('Mapper.*').test('mapper_parsing')).toBe(true)
    expect(() => parseReason('(')).toThrow('Invalid regular expression')
  })

  it('are times, or spans before now', () => {
    expect(parseSince('2h', 10_000_000)).toBe(2_800_000)
    expect(parseSince('1970-01-01T00:00:01Z')).toBe(1000)
    expect(() => parseSince('soon')).toThrow('30m, 2h, 1d')
  })
})
