import { HangClock } from './hang-clock.ts'

/** A clock with a beat each 100 ms and a limit of 1000; `pass` says what the time until the next beat was like. */
function scene() {
  let now = 0
  let starvedMs: number | undefined = 0
  const clock = new HangClock({ beatMs: 100, now: () => now, starvedMs: () => starvedMs })
  const pass = (ms: number, how: { starved?: number } = {}): boolean => {
    now += ms
    if (starvedMs !== undefined) starvedMs += how.starved ?? 0
    return clock.beat(1000)
  }
  return { clock, pass, forgetStarving: () => (starvedMs = undefined) }
}

/** After how many beats it says so. */
function beatsUntilHung(beat: () => boolean): number {
  for (let beats = 1; beats < 1000; beats++) if (beat()) return beats
  return Infinity
}

describe('a thread', () => {
  it('is hung when nothing was heard of it for the limit', () => {
    const { clock, pass } = scene()
    pass(100)
    expect(clock.answers).toBe(true)
    expect(beatsUntilHung(() => pass(100))).toBe(10)
    expect(clock.answers).toBe(false)
  })

  it('is not, as long as it is heard now and then', () => {
    const { clock, pass } = scene()
    for (let beat = 0; beat < 50; beat++) {
      if (beat % 9 === 0) clock.heard()
      expect(pass(100)).toBe(false)
    }
  })

  it('is not because this process was stopped for an hour', () => {
    const { clock, pass } = scene()
    pass(100)
    expect(pass(3_600_000)).toBe(false)
    clock.heard()
    expect(pass(100)).toBe(false)
  })

  it('is when it had a core for a fifth of the limit, for a loop shares the cores with others', () => {
    for (const [starved, beats] of [
      [60, 10],
      [90, 20],
    ] as const) {
      const { pass } = scene()
      pass(100)
      expect(beatsUntilHung(() => pass(100, { starved }))).toBe(beats)
    }
  })

  it('is not because it hardly gets a core, but is at last', () => {
    const { pass } = scene()
    pass(100)
    expect(beatsUntilHung(() => pass(100, { starved: 98 }))).toBe(60)
  })

  it('is judged by ordinary time where nobody knows how long it waited for a core', () => {
    const { pass, forgetStarving } = scene()
    pass(100)
    forgetStarving()
    expect(beatsUntilHung(() => pass(100))).toBe(10)
  })
})
