import { microsToText } from './timestamp-columns.ts'

describe('a time in SQL', () => {
  it.each([
    [0n, '1970-01-01 00:00:00.000000'],
    [-1n, '1969-12-31 23:59:59.999999'],
    [1_700_000_000_123_456n, '2023-11-14 22:13:20.123456'],
    [BigInt(Date.UTC(-43, 2, 15)) * 1000n, '0044-03-15 00:00:00.000000 BC'],
  ])('%d microseconds are %s', (micros, text) => {
    expect(microsToText(micros)).toBe(text)
  })
})
