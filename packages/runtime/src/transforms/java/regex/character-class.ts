import { classLiteral, readEscape } from './escapes.ts'
import type { PatternText } from './pattern-text.ts'

/**
 * Reads what is in brackets, the first of which is taken already: characters, ranges, classes within (whose union it is), and `&&`
 * between what must hold at once. Gives it in the syntax of JavaScript's `v` flag, which has all of it.
 */
export function readClass(text: PatternText): string {
  const negated = text.skip('^')
  const operands: string[] = []
  let items = ''
  for (let first = true; first || !text.starts(']'); first = false) {
    if (text.done) throw text.error('has a bracket that is not closed')
    if (!first && text.skip('&&')) {
      operands.push(items)
      items = ''
      continue
    }
    items += readItem(text)
  }
  text.skip(']')
  const all = [...operands, items].filter((each) => each !== '')
  const inner = all.length === 1 ? all[0]! : all.map((each) => `[${each}]`).join('&&')
  return `[${negated ? '^' : ''}${inner}]`
}

function readItem(text: PatternText): string {
  if (text.skip('[')) return readClass(text)
  if (text.skip('\\Q')) return quoted(text).map(classLiteral).join('')
  const start = readCharacter(text)
  if (start.literal === undefined) return start.inClass
  if (!text.starts('-') || text.starts('-]') || text.starts('-[') || text.starts('-&&')) {
    return classLiteral(start.literal)
  }
  text.skip('-')
  const end = readCharacter(text)
  if (end.literal === undefined) throw text.error('has a range without an end')
  if (end.literal.codePointAt(0)! < start.literal.codePointAt(0)!) throw text.error('has a range backwards')
  return `${classLiteral(start.literal)}-${classLiteral(end.literal)}`
}

type Character =
  | { readonly literal: string; readonly inClass?: undefined }
  | { readonly literal?: undefined; readonly inClass: string }

function readCharacter(text: PatternText): Character {
  if (!text.skip('\\')) return { literal: text.take() }
  const escape = readEscape(text)
  if (escape === undefined) throw text.error(`has \\${text.peek} in brackets, which means nothing there,`)
  return escape
}

/** The characters between `\Q`, which is taken already, and `\E` or the end. */
export function quoted(text: PatternText): readonly string[] {
  const characters: string[] = []
  while (!text.done && !text.skip('\\E')) characters.push(text.take())
  return characters
}
