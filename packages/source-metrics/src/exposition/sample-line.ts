import { parseNumber } from './parse-number.ts'

/** A line of a sample, cut up. `series` is the text before the value, as it stands there. */
export interface SampleLine {
  readonly series: string
  readonly value: number
  /** As it stands there: milliseconds, in OpenMetrics seconds. */
  readonly time: string | undefined
}

/** Cuts a line `name{labels} value time # exemplar` up; undefined where it is none. What the series' text says isn't looked at. */
export function parseSampleLine(line: string): SampleLine | undefined {
  const end = seriesEnd(line)
  if (end <= 0) return undefined
  const from = skipBlanks(line, end)
  if (from === line.length) return undefined
  const to = blankAfter(line, from)
  const value = parseNumber(line.slice(from, to))
  if (value === undefined) return undefined
  const time = timeAt(line, skipBlanks(line, to))
  return time === null ? undefined : { series: line.slice(0, end), value, time }
}

/** Where the text of the series ends: behind its closing brace, or behind its name. */
function seriesEnd(line: string): number {
  const open = line.indexOf('{')
  const blank = blankAfter(line, 0)
  if (open === -1 || (blank < open && line.charCodeAt(skipBlanks(line, blank)) !== 123)) return blank
  // an exemplar has braces of its own
  return line.includes('#') ? quotedEnd(line, open) : line.lastIndexOf('}') + 1
}

function quotedEnd(line: string, open: number): number {
  let quoted = false
  for (let at = open; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (quoted && code === 92) at++
    else if (code === 34) quoted = !quoted
    else if (code === 125 && !quoted) return at + 1
  }
  return -1
}

/** Undefined: no time is given; null: what is there is no time. */
function timeAt(line: string, from: number): string | undefined | null {
  if (from === line.length || line.charCodeAt(from) === 35) return undefined
  const to = blankAfter(line, from)
  const rest = skipBlanks(line, to)
  return rest === line.length || line.charCodeAt(rest) === 35 ? line.slice(from, to) : null
}

function skipBlanks(line: string, from: number): number {
  let at = from
  while (isBlank(line.charCodeAt(at))) at++
  return at
}

function blankAfter(line: string, from: number): number {
  let at = from
  while (at < line.length && !isBlank(line.charCodeAt(at))) at++
  return at
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}
