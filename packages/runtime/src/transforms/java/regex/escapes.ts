import type { PatternText } from './pattern-text.ts'
import { propertyClass } from './properties.ts'

/** What a backslash begins: one character, or a class in the syntax of JavaScript's `v` flag. */
export type Escape = { readonly literal: string } | { readonly inClass: string }

const blanks = '\\t\\n\\v\\f\\r\\u{20}'
const horizontal = '\\u{9}\\u{20}\\u{a0}\\u{1680}\\u{180e}\\u{2000}-\\u{200a}\\u{202f}\\u{205f}\\u{3000}'
const vertical = '\\u{a}-\\u{d}\\u{85}\\u{2028}\\u{2029}'

const classes: Readonly<Record<string, string>> = {
  d: '\\d',
  D: '\\D',
  w: '\\w',
  W: '\\W',
  s: `[${blanks}]`,
  S: `[^${blanks}]`,
  h: `[${horizontal}]`,
  H: `[^${horizontal}]`,
  v: `[${vertical}]`,
  V: `[^${vertical}]`,
}

const characters: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  f: '\f',
  a: '\u0007',
  e: '\u001b',
}

/** Reads an escape that may stand within and outside brackets; the backslash is taken already. Undefined: the letter means something else. */
export function readEscape(text: PatternText): Escape | undefined {
  const next = text.peek
  if (!/^[a-zA-Z0-9]$/.test(next)) return { literal: text.take() }
  if (Object.hasOwn(classes, next)) return { inClass: classes[text.take()]! }
  if (Object.hasOwn(characters, next)) return { literal: characters[text.take()]! }
  if (next === 'p' || next === 'P') return { inClass: propertyClass(text) }
  return readCode(text)
}

function readCode(text: PatternText): Escape | undefined {
  const hexadecimal = text.match(/x\{([0-9a-fA-F]{1,8})\}|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})/y)
  if (hexadecimal) {
    const point = Number.parseInt(hexadecimal[1] ?? hexadecimal[2] ?? hexadecimal[3]!, 16)
    if (point > 0x10ffff) throw text.error('names no character')
    return { literal: String.fromCodePoint(point) }
  }
  const octal = text.match(/0([0-3]?[0-7]{1,2})/y)
  if (octal) return { literal: String.fromCodePoint(Number.parseInt(octal[1]!, 8)) }
  const control = text.match(/c([@-_])/y)
  if (control) return { literal: String.fromCodePoint(control[1]!.codePointAt(0)! ^ 64) }
  return undefined
}

/** A character outside brackets. */
export function literal(character: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character
}

/** A character within brackets, where many pairs of signs mean something. */
export function classLiteral(character: string): string {
  return /^[a-zA-Z0-9]$/.test(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`
}
