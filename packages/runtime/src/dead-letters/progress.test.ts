import fc from 'fast-check'
import { Progress } from './progress.ts'

const fresh = { offset: null, metadata: '' }
const whole = { earliest: 0n, latest: 1000n }

describe('the progress of a replay', () => {
  it('is an offset as long as nothing is left out', () => {
    const progress = new Progress(fresh, { earliest: 5n, latest: 9n })
    expect(progress.start).toBe(5n)
    for (const offset of [5n, 6n, 8n]) progress.pass(offset, true)
    expect(progress.kept()).toEqual({ offset: 9n, metadata: '' })
    progress.moveTo(12n)
    expect(progress.kept()).toEqual({ offset: 12n, metadata: '' })
  })

  it('says beside the offset what is done beyond the first letter that was left', () => {
    const progress = new Progress(fresh, whole)
    for (const [offset, done] of [
      [0n, true],
      [1n, false],
      [2n, true],
      // 3 is no letter
      [4n, true],
      [40n, false],
      [41n, true],
    ] as const) {
      progress.pass(offset, done)
    }
    expect(progress.kept()).toEqual({ offset: 1n, metadata: 'sluice-dlq-1:1.3.10.1' })
    const later = new Progress(progress.kept(), whole)
    expect(later.start).toBe(1n)
    expect([1n, 2n, 3n, 4n, 5n, 40n, 41n, 42n].filter((offset) => later.wasDone(offset))).toEqual([
      2n,
      3n,
      4n,
      41n,
    ])
  })

  it('keeps what it was not told of anew', () => {
    const before = { offset: 10n, metadata: 'sluice-dlq-1:5.5.5.5' }
    const untouched = new Progress(before, whole)
    expect(untouched.kept()).toEqual(before)
    const progress = new Progress(before, whole)
    progress.pass(10n, true)
    progress.pass(17n, true)
    expect(progress.kept()).toEqual({ offset: 18n, metadata: 'sluice-dlq-1:0.2.5.5' })
  })

  it('begins where the topic does, after letters were deleted or the topic was made anew', () => {
    const kept = { offset: 10n, metadata: 'sluice-dlq-1:5.5' }
    expect(new Progress(kept, { earliest: 16n, latest: 30n }).start).toBe(16n)
    const anew = new Progress(kept, { earliest: 0n, latest: 9n })
    expect(anew.start).toBe(0n)
    expect(anew.wasDone(16n)).toBe(false)
  })

  it('refuses a group that belongs to something else', () => {
    expect(() => new Progress({ offset: 3n, metadata: 'NO' }, whole)).toThrow('choose another one')
  })

  it('has room for thousands of letters, and says when it has no more', () => {
    const progress = new Progress(fresh, { earliest: 0n, latest: 100_000n })
    let passed = 0n
    for (; progress.isRoomy; passed++) progress.pass(passed, passed % 2n === 1n)
    expect(passed).toBeGreaterThan(1200n)
    for (let more = 0n; more < 100n; more++) progress.pass(passed + 150n * more, more % 2n === 1n)
    expect(progress.kept().metadata.length).toBeLessThan(4096)
  })

  it('knows after any number of sessions exactly what was done', () => {
    const sessions = fc.array(
      fc.record({ letters: fc.integer({ min: 0, max: 40 }), chosen: fc.func(fc.boolean()) }),
      {
        maxLength: 6,
      },
    )
    const gaps = fc.array(fc.bigInt({ min: 1n, max: 3n }), { minLength: 40, maxLength: 40 })
    fc.assert(
      fc.property(sessions, gaps, (all, steps) => {
        let at = 0n
        const offsets = steps.map((step) => (at += step))
        const done = new Set<bigint>()
        let kept: { offset: bigint | null; metadata: string } = fresh
        for (const { letters, chosen } of all) {
          const progress = new Progress(kept, whole)
          for (const offset of offsets.slice(0, letters).filter((one) => one >= progress.start)) {
            expect(progress.wasDone(offset)).toBe(done.has(offset))
            if (chosen(offset)) done.add(offset)
            progress.pass(offset, done.has(offset))
          }
          kept = progress.kept()
        }
        const last = new Progress(kept, whole)
        for (const offset of offsets) {
          expect(offset < last.start || last.wasDone(offset)).toBe(done.has(offset))
        }
      }),
    )
  })
})
