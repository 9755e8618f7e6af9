import type { PatternText } from './pattern-text.ts'

/** Java's names for sets of characters, of ASCII alone, as the content of brackets. */
const ascii: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\u{0}-\\u{7f}',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '\\u{21}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{60}\\u{7b}-\\u{7e}',
  Graph: '\\u{21}-\\u{7e}',
  Print: '\\u{20}-\\u{7e}',
  Blank: '\\u{9}\\u{20}',
  Cntrl: '\\u{0}-\\u{1f}\\u{7f}',
  XDigit: '0-9a-fA-F',
  Space: '\\t\\n\\v\\f\\r\\u{20}',
}

const unicode: Readonly<Record<string, string>> = {
  IsAlphabetic: 'Alphabetic',
  IsLetter: 'L',
  IsLowercase: 'Lowercase',
  IsUppercase: 'Uppercase',
  IsDigit: 'Nd',
  IsPunctuation: 'P',
  IsWhite_Space: 'White_Space',
  IsIdeographic: 'Ideographic',
  javaLowerCase: 'Lowercase',
  javaUpperCase: 'Uppercase',
  javaAlphabetic: 'Alphabetic',
  javaLetter: 'L',
  javaDigit: 'Nd',
}

/** Reads `p{Name}`, `pN`, and their opposites with a capital P. */
export function propertyClass(text: PatternText): string {
  const negated = text.take() === 'P'
  const name = text.match(/\{([^}]*)\}|([a-zA-Z])/y)
  if (!name) throw text.error('has a \\p without a name')
  const named = name[1] ?? name[2]!
  if (Object.hasOwn(ascii, named)) return `[${negated ? '^' : ''}${ascii[named]!}]`
  return `\\${negated ? 'P' : 'p'}{${unicodeName(named)}}`
}

/** Names that JavaScript doesn't know are refused when the expression is made. */
function unicodeName(name: string): string {
  if (Object.hasOwn(unicode, name)) return unicode[name]!
  const [, kind, value] = /^(?:(\w+)=)?(.*)$/.exec(name)!
  if (kind !== undefined) return `${kind === 'sc' || kind === 'script' ? 'Script' : 'gc'}=${value!}`
  const [, bare] = /^Is(.+)$/.exec(name) ?? []
  if (bare === undefined) return name
  return bare.length <= 2 ? bare : `Script=${bare}`
}
