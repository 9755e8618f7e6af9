import { startPosition } from './start-position.ts'

const of = { topic: 't', partition: 0 }
const files = ['t+0+0+9.json', 't+0+10+19.json']

describe('the start of reading', () => {
  it('is behind the last offset in the names', () => {
    expect(startPosition({ ...of, names: files, committed: 10n, logEnd: 50n })).toBe(20n)
    expect(startPosition({ ...of, names: files.toReversed(), committed: undefined, logEnd: 20n })).toBe(20n)
  })

  it("is the group's offset where that is further, as behind transaction markers", () => {
    expect(startPosition({ ...of, names: files, committed: 23n, logEnd: 50n })).toBe(23n)
    expect(startPosition({ ...of, names: [], committed: 5n, logEnd: 50n })).toBe(5n)
  })

  it('is left to the group where nothing is known', () => {
    expect(
      startPosition({ ...of, names: ['t+1+0+9.json'], committed: undefined, logEnd: 50n }),
    ).toBeUndefined()
  })

  it('takes no notice of a group offset that the partition does not have', () => {
    expect(startPosition({ ...of, names: files, committed: 60n, logEnd: 50n })).toBe(20n)
    expect(startPosition({ ...of, names: [], committed: 60n, logEnd: 50n })).toBeUndefined()
    expect(startPosition({ ...of, names: [], committed: 50n, logEnd: 50n })).toBe(50n)
  })

  it('goes by numbers, not by the order of names', () => {
    expect(
      startPosition({ ...of, names: ['t+0+9+9.json', 't+0+10+10.json'], committed: undefined, logEnd: 50n }),
    ).toBe(11n)
  })

  it('is refused where the files are ahead of the topic', () => {
    expect(() => startPosition({ ...of, names: files, committed: undefined, logEnd: 5n })).toThrow(
      /files of t-0 end at offset 19, but the partition ends at 5: the topic seems to have been recreated/,
    )
  })
})
