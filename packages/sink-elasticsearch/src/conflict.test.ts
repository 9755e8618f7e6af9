import { conflictOf, storedVersionIn } from './conflict.ts'

describe('conflictOf', () => {
  it('takes our own version for a repetition, even beyond the end', () => {
    expect(conflictOf({ ours: 5n, stored: 5n, endOffset: 0n })).toBe('repeated')
  })

  it('takes a version up to the end of the partition for a later record', () => {
    expect(conflictOf({ ours: 5n, stored: 9n, endOffset: 10n })).toBe('stale')
    expect(conflictOf({ ours: 5n, stored: 10n, endOffset: 10n })).toBe('stale')
  })

  it('takes a version beyond the end for one from elsewhere', () => {
    expect(conflictOf({ ours: 5n, stored: 11n, endOffset: 10n })).toBe('foreign')
  })
})

describe('storedVersionIn', () => {
  it('reads the version out of a conflict’s reason', () => {
    const reason =
      '[k1]: version conflict, current version [9007199254740993] is higher or equal to the one provided [3]'
    expect(storedVersionIn(reason)).toBe(9007199254740993n)
  })

  it('knows none in other texts', () => {
    expect(storedVersionIn(undefined)).toBeUndefined()
    expect(storedVersionIn('required seqNo [1]')).toBeUndefined()
  })
})
