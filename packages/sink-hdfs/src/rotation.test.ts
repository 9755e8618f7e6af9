import {
  type FileProgress,
  isBeyond,
  isDue,
  isFull,
  nextScheduledMs,
  type RotationRules,
} from './rotation.ts'

const off: RotationRules = {
  records: -1,
  bytes: -1,
  intervalMs: -1,
  scheduleMs: -1,
  timeZone: 'UTC',
  recordClock: false,
}
const file: FileProgress = { records: 10, bytes: 1000, openedMs: 5000, lastWriteMs: 5500, firstRecordMs: 100 }
const year = 365 * 86_400_000

describe('a file is finished', () => {
  it('never where all rules are off', () => {
    expect(isFull(off, { ...file, records: 1e9, bytes: 1e12 })).toBe(false)
    expect(isDue(off, file, year)).toBe(false)
    expect(isBeyond({ ...off, recordClock: true }, file, year)).toBe(false)
  })

  it('with the record that reaches the count, or the size', () => {
    expect(isFull({ ...off, records: 10 }, file)).toBe(true)
    expect(isFull({ ...off, records: 11 }, file)).toBe(false)
    expect(isFull({ ...off, bytes: 1000 }, file)).toBe(true)
    expect(isFull({ ...off, bytes: 1001 }, file)).toBe(false)
  })

  it('by the wall clock an interval after it was opened', () => {
    expect(isDue({ ...off, intervalMs: 1000 }, file, 5999)).toBe(false)
    expect(isDue({ ...off, intervalMs: 1000 }, file, 6000)).toBe(true)
  })

  it("by the records' clock before a record that is an interval after the first", () => {
    const rules = { ...off, intervalMs: 1000, recordClock: true }
    expect(isBeyond(rules, file, 1099)).toBe(false)
    expect(isBeyond(rules, file, 1100)).toBe(true)
    expect(isBeyond({ ...rules, recordClock: false }, file, 1100)).toBe(false)
  })

  it("under the records' clock also once no record has come for an interval", () => {
    const rules = { ...off, intervalMs: 1000, recordClock: true }
    expect(isDue(rules, file, 6499)).toBe(false)
    expect(isDue(rules, file, 6500)).toBe(true)
  })

  it('at the scheduled time after its opening', () => {
    expect(isDue({ ...off, scheduleMs: 2000 }, file, 5999)).toBe(false)
    expect(isDue({ ...off, scheduleMs: 2000 }, file, 6000)).toBe(true)
  })
})

describe('scheduled times', () => {
  const at = (text: string): number => Date.parse(text)
  const next = (scheduleMs: number, timeZone: string, text: string): string =>
    new Date(nextScheduledMs({ scheduleMs, timeZone }, at(text))).toISOString()
  const hour = 3_600_000

  it('are multiples of the interval since midnight there', () => {
    expect(next(hour, 'UTC', '2026-11-22T14:00:00Z')).toBe('2026-11-22T15:00:00.000Z')
    expect(next(6 * hour, 'Asia/Kolkata', '2026-11-22T14:00:00Z')).toBe('2026-11-22T18:30:00.000Z')
    expect(next(24 * hour, 'America/New_York', '2026-11-22T14:00:00Z')).toBe('2026-11-23T05:00:00.000Z')
  })

  it('count from the midnight before a change of clocks', () => {
    // Berlin goes from UTC+2 to UTC+1 at 03:00 of this day.
    expect(next(24 * hour, 'Europe/Berlin', '2026-10-25T10:00:00Z')).toBe('2026-10-25T22:00:00.000Z')
    expect(next(hour, 'Europe/Berlin', '2026-10-25T10:30:00Z')).toBe('2026-10-25T11:00:00.000Z')
  })
})
