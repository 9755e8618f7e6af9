import { PatternError } from './pattern-text.ts'

/** A text, or the number of a group. */
type Part = string | number

/**
 * Compiles what java.util.regex.Matcher puts in the place of a match: `$1` and `${name}` stand for groups, a backslash takes its meaning
 * from what follows. Throws a PatternError for a group that isn't there.
 */
export function compileReplacement(
  template: string,
  of: { readonly groups: number; readonly names: ReadonlyMap<string, number> },
): (match: readonly (string | undefined)[]) => string {
  const parts: Part[] = []
  const unread = new RegExp('[^$\\\\]+|\\\\([^])|\\$\\{([^}]*)\\}|\\$(\\d+)|[^]', 'y')
  while (unread.lastIndex < template.length) {
    const [found, escaped, name, digits] = unread.exec(template)!
    if (escaped !== undefined) parts.push(escaped)
    else if (name !== undefined) parts.push(of.names.get(name) ?? missing(template, `\${${name}}`))
    else if (digits !== undefined) parts.push(...numbered(template, digits, of.groups))
    else if (found === '$' || found === '\\')
      throw new PatternError(`has "${template}", where ${found} begins nothing; write \\${found}`)
    else parts.push(found)
  }
  return (match) => parts.map((part) => (typeof part === 'string' ? part : (match[part] ?? ''))).join('')
}

/** As many digits as still name a group; the rest are digits. */
function numbered(template: string, digits: string, groups: number): readonly Part[] {
  for (let length = digits.length; length > 0; length--) {
    const number = Number(digits.slice(0, length))
    if (number <= groups) return [number, digits.slice(length)]
  }
  return missing(template, `$${digits}`)
}

function missing(template: string, reference: string): never {
  throw new PatternError(`has "${template}", and the regular expression has no group ${reference}`)
}
