import { fromNs, fromSecondsText, nsText, rfc3339 } from './instant.ts'

describe('points in time', () => {
  it.each([
    ['1395066363.123456789', '1395066363123456789', '2014-03-17T14:26:03.123456789Z'],
    ['1395066363', '1395066363000000000', '2014-03-17T14:26:03.000Z'],
    ['0.000000001', '1', '1970-01-01T00:00:00.000000001Z'],
    ['-0.5', '-500000000', '1969-12-31T23:59:59.500Z'],
    ['1.7e9', '1700000000000000000', '2023-11-14T22:13:20.000Z'],
  ])('are kept to the nanosecond: %s', (seconds, ns, text) => {
    const instant = fromSecondsText(seconds)!
    expect([nsText(instant), rfc3339(instant)]).toEqual([ns, text])
    if (!ns.startsWith('-')) expect(fromNs(BigInt(ns))).toEqual(instant)
  })

  it.each(['', 'x', 'NaN', 'Inf', '1.2.3', '99999999999999999999'])('are none: %j', (text) => {
    expect(fromSecondsText(text)).toBeUndefined()
  })
})
