import fc from 'fast-check'
import { Progress, type Tracked } from './progress.ts'

const place = { topic: 't', partition: 0 }

function tracked(progress: Progress, offset: number): Tracked {
  const one = { offset: BigInt(offset), progress: progress.of(place), sequence: -1 }
  one.progress.add(one)
  return one
}

describe('Progress', () => {
  it('holds a commit back to the first record that is not settled', () => {
    const progress = new Progress()
    const first = tracked(progress, 3)
    const second = tracked(progress, 4)
    const third = tracked(progress, 7)
    const consumed = [{ ...place, offset: 8n }]
    second.progress.settle(second)
    expect(progress.committable(consumed)).toEqual([{ ...place, offset: 3n }])
    first.progress.settle(first)
    expect(progress.committable(consumed)).toEqual([{ ...place, offset: 7n }])
    third.progress.settle(third)
    expect(progress.committable(consumed)).toEqual(consumed)
  })

  it('does not hold one partition back for another', () => {
    const progress = new Progress()
    tracked(progress, 0)
    const other = { topic: 't', partition: 1, offset: 5n }
    expect(progress.committable([other])).toEqual([other])
  })

  it('marks what is under way for a partition that went', () => {
    const progress = new Progress()
    const { progress: before } = tracked(progress, 0)
    progress.drop(place)
    expect(before.dropped).toBe(true)
    expect(progress.of(place)).not.toBe(before)
  })

  it('never passes an open record, in whatever order records are settled', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Array.from({ length: 40 }, (_, i) => i)), (order) => {
        const progress = new Progress()
        const records = Array.from({ length: 40 }, (_, i) => tracked(progress, i))
        const settled = new Set<number>()
        for (const index of order) {
          for (const one of records.slice(index, index + 1)) one.progress.settle(one)
          settled.add(index)
          const committed = progress.committable([{ ...place, offset: 40n }])
          const firstOpen = records.findIndex((_, at) => !settled.has(at))
          expect(progress.longestSpan()).toBe(firstOpen === -1 ? 0 : 40 - firstOpen)
          expect(committed).toEqual([{ ...place, offset: BigInt(firstOpen === -1 ? 40 : firstOpen) }])
        }
      }),
    )
  })
})
