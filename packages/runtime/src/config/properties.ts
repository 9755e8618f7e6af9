/**
 * Reads Java's `.properties` text as `java.util.Properties.load` does: comments with `#` or `!`, lines continued by a backslash, keys ended by
 * `=`, `:` or a blank, escapes and `\uXXXX`. Of a key given twice the last wins. Throws an Error that names file and line of a broken `\u`
 * escape. Source: java.util.Properties.
 */
export function parseProperties(text: string, file: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>()
  for (const line of logicalLines(text)) {
    const where = `${file}, line ${line.number}`
    const keyEnd = endOfKey(line.text)
    const value = line.text.slice(startOfValue(line.text, keyEnd))
    settings.set(unescape(line.text.slice(0, keyEnd), where), unescape(value, where))
  }
  return settings
}

interface LogicalLine {
  readonly text: string
  /** Of its first natural line, counted from 1. */
  readonly number: number
}

function* logicalLines(text: string): Generator<LogicalLine> {
  let parts: string[] = []
  let start = 0
  let number = 0
  for (const natural of text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)) {
    number++
    const line = natural.replace(/^[ \t\f]+/, '')
    if (parts.length === 0) {
      if (line === '' || line.startsWith('#') || line.startsWith('!')) continue
      start = number
    }
    const continued = trailingBackslashes(line) % 2 === 1
    parts.push(continued ? line.slice(0, -1) : line)
    if (continued) continue
    yield { text: parts.join(''), number: start }
    parts = []
  }
  const rest = parts.join('')
  if (rest !== '') yield { text: rest, number: start }
}

function trailingBackslashes(line: string): number {
  let count = 0
  while (line[line.length - 1 - count] === '\\') count++
  return count
}

function endOfKey(line: string): number {
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\') at++
    else if (/[=: \t\f]/.test(line[at]!)) return at
  }
  return line.length
}

function startOfValue(line: string, keyEnd: number): number {
  const separator = /[ \t\f]*(?:[=:][ \t\f]*)?/y
  separator.lastIndex = keyEnd
  separator.test(line)
  return separator.lastIndex
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function unescape(text: string, where: string): string {
  return text.replace(/\\(u[\s\S]{0,4}|[\s\S]|$)/g, (_, escape: string) => {
    if (!escape.startsWith('u')) return escapes[escape] ?? escape
    if (!/^u[0-9a-fA-F]{4}$/.test(escape)) {
      throw new Error(`${where} has "\\${escape}"; \\u is followed by four hexadecimal digits.`)
    }
    return String.fromCharCode(Number.parseInt(escape.slice(1), 16))
  })
}
