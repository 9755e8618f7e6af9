/** Name and labels of a series, as they stand in its text. */
export interface ParsedSeries {
  readonly name: string
  readonly labels: readonly (readonly [name: string, value: string])[]
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const labelName = /[a-zA-Z_][a-zA-Z0-9_]*/y

/** Reads `name{label="value",...}`, also with names in quotes (`{"a.b","c.d"="e"}`). Undefined: it is no series. */
export function parseSeriesText(text: string): ParsedSeries | undefined {
  const open = text.indexOf('{')
  const before = (open === -1 ? text : text.slice(0, open)).trim()
  if (before !== '' && !metricName.test(before)) return undefined
  if (open === -1) return before === '' ? undefined : { name: before, labels: [] }
  const inside = readLabels(text, open + 1)
  if (inside === undefined) return undefined
  const name = before === '' ? inside.name : before
  if (name === undefined || name === '' || (before !== '' && inside.name !== undefined)) return undefined
  return { name, labels: inside.labels }
}

interface Inside {
  /** In quotes inside of the braces. */
  name: string | undefined
  readonly labels: (readonly [string, string])[]
}

function readLabels(text: string, from: number): Inside | undefined {
  const cursor = { text, at: from }
  const inside: Inside = { name: undefined, labels: [] }
  const seen = new Set<string>()
  for (let first = true; ; first = false) {
    skipBlanks(cursor)
    if (text[cursor.at] === '}') return cursor.at === text.length - 1 ? inside : undefined
    if (!first) {
      if (text[cursor.at] !== ',') return undefined
      cursor.at++
      skipBlanks(cursor)
      if (text[cursor.at] === '}') continue
    }
    if (!readMember(cursor, inside, seen)) return undefined
  }
}

function readMember(cursor: Cursor, inside: Inside, seen: Set<string>): boolean {
  const quoted = cursor.text[cursor.at] === '"'
  const name = quoted ? readQuoted(cursor) : readName(cursor)
  if (name === undefined || name === '') return false
  skipBlanks(cursor)
  if (cursor.text[cursor.at] !== '=') {
    if (!quoted || inside.name !== undefined) return false
    inside.name = name
    return true
  }
  cursor.at++
  skipBlanks(cursor)
  const value = readQuoted(cursor)
  if (value === undefined || seen.has(name)) return false
  seen.add(name)
  inside.labels.push([name, value])
  return true
}

interface Cursor {
  readonly text: string
  at: number
}

function skipBlanks(cursor: Cursor): void {
  while (cursor.text[cursor.at] === ' ' || cursor.text[cursor.at] === '\t') cursor.at++
}

function readName(cursor: Cursor): string | undefined {
  labelName.lastIndex = cursor.at
  const found = labelName.exec(cursor.text)?.[0]
  if (found !== undefined) cursor.at += found.length
  return found
}

function readQuoted(cursor: Cursor): string | undefined {
  const { text } = cursor
  if (text[cursor.at] !== '"') return undefined
  const start = cursor.at + 1
  let escapes = false
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 92) {
      escapes = true
      at++
    } else if (code === 34) {
      cursor.at = at + 1
      const raw = text.slice(start, at)
      return escapes ? unescaped(raw) : raw
    }
  }
  return undefined
}

/** `\\`, `\"` and `\n`; any other backslash stands for itself. */
export function unescaped(text: string): string {
  return text.replace(/\\([\\"n])/g, (_all, one: string) => (one === 'n' ? '\n' : one))
}
