/** A part of a pattern: a field, so many letters of it, or text. */
export type Part =
  | { readonly field: FieldLetter; readonly count: number; readonly text?: undefined }
  | { readonly text: string; readonly field?: undefined }

const letters = 'GyYMLwWDdFEuaHkKhmsSzZX'

export type FieldLetter =
  | 'G'
  | 'y'
  | 'Y'
  | 'M'
  | 'L'
  | 'w'
  | 'W'
  | 'D'
  | 'd'
  | 'F'
  | 'E'
  | 'u'
  | 'a'
  | 'H'
  | 'k'
  | 'K'
  | 'h'
  | 'm'
  | 's'
  | 'S'
  | 'z'
  | 'Z'
  | 'X'

/** Reads a pattern of java.text.SimpleDateFormat. Throws an Error whose message follows a setting's name. */
export function readPattern(pattern: string): readonly Part[] {
  const parts: Part[] = []
  const unread = /'((?:[^']|'')*)'|([a-zA-Z])\2*|[^a-zA-Z']+|'/gy
  for (const [found, quoted, letter] of pattern.matchAll(unread)) {
    if (letter !== undefined) parts.push(fieldPart(letter, { count: found.length, pattern }))
    else if (found === "'") throw new Error(`has the pattern ${pattern}, whose quote is not closed`)
    else parts.push({ text: textOf(found, quoted) })
  }
  return parts
}

function textOf(found: string, quoted: string | undefined): string {
  if (quoted === undefined) return found
  return quoted === '' ? "'" : quoted.replaceAll("''", "'")
}

function fieldPart(letter: string, { count, pattern }: { count: number; pattern: string }): Part {
  if (!letters.includes(letter)) {
    throw new Error(
      `has the pattern ${pattern}, and the letter ${letter} means nothing there; put text in quotes`,
    )
  }
  if (letter === 'X' && count > 3)
    throw new Error(`has the pattern ${pattern}, where X can stand three times at most`)
  return { field: letter as FieldLetter, count }
}
