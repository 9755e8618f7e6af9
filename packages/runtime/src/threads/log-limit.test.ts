import { LogLimit } from './log-limit.ts'

describe('LogLimit', () => {
  it('lets so many lines pass in a second, and says later how many were left out', () => {
    let now = 10
    const limit = new LogLimit(2, () => now)
    const taken = Array.from({ length: 5 }, () => limit.take())
    expect(taken).toEqual([{ dropped: 0 }, { dropped: 0 }, undefined, undefined, undefined])
    now += 1000
    expect([limit.take(), limit.take()]).toEqual([{ dropped: 3 }, { dropped: 0 }])
  })
})
