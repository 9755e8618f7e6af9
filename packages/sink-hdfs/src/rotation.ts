import { startOfDayMs } from './start-of-day.ts'

/** When a file is finished. Whatever comes first counts; -1 turns a rule off. */
export interface RotationRules {
  readonly records: number
  readonly bytes: number
  /** Between a file's first record and the newest, by the clock of `recordClock`. */
  readonly intervalMs: number
  /** Of the wall clock, counted from midnight in `timeZone`. */
  readonly scheduleMs: number
  readonly timeZone: string
  /** Do records tell the time of `intervalMs`? Otherwise the wall clock does. */
  readonly recordClock: boolean
}

/** What a rule looks at: a file being written. Times are milliseconds since the epoch. */
export interface FileProgress {
  readonly records: number
  readonly bytes: number
  readonly openedMs: number
  readonly lastWriteMs: number
  /** By the records' clock. */
  readonly firstRecordMs: number
}

/** Is the file full? Asked after each record. */
export function isFull(rules: RotationRules, file: FileProgress): boolean {
  return (
    (rules.records > 0 && file.records >= rules.records) || (rules.bytes > 0 && file.bytes >= rules.bytes)
  )
}

/** Does a record of this time belong into the next file? Asked before each record where records tell the time. */
export function isBeyond(rules: RotationRules, file: FileProgress, recordMs: number): boolean {
  return rules.recordClock && rules.intervalMs > 0 && recordMs - file.firstRecordMs >= rules.intervalMs
}

/**
 * Has the file's time come by the wall clock? Asked with and without records. Where records tell the time, a file that none has come for
 * during the interval is finished too: their clock stands still, and the records would stay invisible.
 */
export function isDue(rules: RotationRules, file: FileProgress, nowMs: number): boolean {
  const since = rules.recordClock ? file.lastWriteMs : file.openedMs
  if (rules.intervalMs > 0 && nowMs - since >= rules.intervalMs) return true
  return rules.scheduleMs > 0 && nowMs >= nextScheduledMs(rules, file.openedMs)
}

/** The first scheduled time after `atMs`. A new day starts a new count, so that files begin at midnight whatever the interval. */
export function nextScheduledMs(rules: Pick<RotationRules, 'scheduleMs' | 'timeZone'>, atMs: number): number {
  const midnightMs = startOfDayMs(atMs, rules.timeZone)
  return midnightMs + (Math.floor((atMs - midnightMs) / rules.scheduleMs) + 1) * rules.scheduleMs
}
