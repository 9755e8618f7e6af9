import { quoted, readClass } from './character-class.ts'
import { type Cost, oneAfterTheOther, oneOfThem, oneWay, repeated } from './cost.ts'
import { literal, readEscape } from './escapes.ts'
import { PatternError, PatternText } from './pattern-text.ts'

/** A regular expression of Java in the syntax of JavaScript with the flag `v`. */
export interface Translated {
  readonly source: string
  readonly flags: string
  readonly cost: Cost
  readonly groups: number
  /** Numbers of the groups that have names. */
  readonly names: ReadonlyMap<string, number>
}

interface Piece {
  readonly source: string
  readonly cost: Cost
}

/**
 * Translates what differs between the two languages, and refuses by name what can't be translated. Throws a PatternError.
 * Source: java.util.regex.Pattern.
 */
export function translate(pattern: string): Translated {
  const reading = new Reading(pattern)
  const flags = reading.leadingFlags()
  const { source, cost } = reading.alternatives()
  reading.expectEnd()
  return { source, flags, cost, groups: reading.groups, names: reading.names }
}

const lineEnds = '\\n\\r\\u{85}\\u{2028}\\u{2029}'

class Reading {
  groups = 0
  readonly names = new Map<string, number>()
  readonly #text: PatternText
  #dotAll = false
  #multiLine = false

  constructor(pattern: string) {
    this.#text = new PatternText(pattern)
  }

  /** `(?i)` and the like at the start hold for the whole. */
  leadingFlags(): string {
    let flags = ''
    for (let found = this.#flags(); found; found = this.#flags()) {
      if (found.off !== '') throw this.#text.error('takes away a flag that is not there')
      flags += this.#set(found.on)
    }
    return flags
  }

  alternatives(): Piece {
    const pieces = [this.#sequence()]
    while (this.#text.skip('|')) pieces.push(this.#sequence())
    return {
      source: pieces.map(({ source }) => source).join('|'),
      cost: pieces.length === 1 ? pieces[0]!.cost : oneOfThem(pieces.map(({ cost }) => cost)),
    }
  }

  expectEnd(): void {
    if (!this.#text.done) throw this.#text.error('closes a group that is not open')
  }

  #sequence(): Piece {
    const pieces: Piece[] = []
    while (!this.#text.done && !this.#text.starts('|') && !this.#text.starts(')')) {
      const taken = this.#text.skip('\\Q') ? quoted(this.#text).map(plain) : [this.#atom()]
      const last = taken.pop()
      if (last !== undefined) pieces.push(...taken, this.#repetition(last))
    }
    return {
      source: pieces.map(({ source }) => source).join(''),
      cost: oneAfterTheOther(pieces.map(({ cost }) => cost)),
    }
  }

  #repetition(piece: Piece): Piece {
    const found = this.#text.match(/([*+?])|\{(\d{1,9})(?:(,)(\d{1,9})?)?\}/y)
    if (!found) return piece
    if (this.#text.skip('+')) {
      throw this.#text.refused('a possessive quantifier', 'leave the second + away')
    }
    const lazy = this.#text.skip('?') ? '?' : ''
    return { source: piece.source + found[0] + lazy, cost: repeated(piece.cost, bounds(found)) }
  }

  #atom(): Piece {
    const text = this.#text
    if (text.skip('(')) return this.#group()
    if (text.skip('[')) return { source: readClass(text), cost: oneWay }
    if (text.skip('.')) return { source: this.#dotAll ? '[\\s\\S]' : `[^${lineEnds}]`, cost: oneWay }
    if (text.skip('^')) return { source: '^', cost: oneWay }
    if (text.skip('$')) return { source: this.#multiLine ? '$' : beforeLastLineEnd, cost: oneWay }
    if (text.skip('\\')) return this.#escape()
    if (/^[*+?{]$/.test(text.peek)) throw text.error('repeats nothing')
    return plain(text.take())
  }

  #escape(): Piece {
    const text = this.#text
    const boundary = text.match(/[bB](?!\{)|[AZzR]/y)?.[0]
    if (boundary !== undefined) return { source: boundaries[boundary] ?? `\\${boundary}`, cost: oneWay }
    if (/^[1-9k]$/.test(text.peek)) {
      throw text.refused(
        'a reference back to a group',
        'name what may stand there, or use the javascript transform',
      )
    }
    const escape = readEscape(text)
    if (escape === undefined) throw text.refused(`\\${text.peek}`, 'write it otherwise')
    return 'literal' in escape ? plain(escape.literal) : { source: escape.inClass, cost: oneWay }
  }

  #group(): Piece {
    const before = { dotAll: this.#dotAll, multiLine: this.#multiLine }
    const start = this.#groupStart()
    const inner = this.alternatives()
    this.#dotAll = before.dotAll
    this.#multiLine = before.multiLine
    if (!this.#text.skip(')')) throw this.#text.error('has a group that is not closed')
    return { source: `${start}${inner.source})`, cost: inner.cost }
  }

  #groupStart(): string {
    const text = this.#text
    const named = text.match(/\?<([a-zA-Z][a-zA-Z0-9]*)>/y)?.[1]
    if (named !== undefined) return this.#namedGroup(named)
    const around = text.match(/\?(?::|=|!|<=|<!)/y)
    if (around) return `(${around[0]}`
    if (text.starts('?>')) throw text.refused('an atomic group (?>...)', 'write (?:...)')
    const flags = text.match(/\?([a-zA-Z]*)(?:-([a-zA-Z]+))?:/y)
    if (flags) return this.#flaggedGroup(flags[1]!, flags[2] ?? '')
    if (text.starts('?'))
      throw text.refused('flags in the middle', 'put them at the start, or write (?i:...)')
    this.groups++
    return '('
  }

  #namedGroup(name: string): string {
    if (this.names.has(name)) throw this.#text.error(`has two groups named ${name}`)
    this.groups++
    this.names.set(name, this.groups)
    return `(?<${name}>`
  }

  #flaggedGroup(on: string, off: string): string {
    const set = this.#set(on)
    const unset = this.#set(off, false)
    return `(?${set}${unset === '' ? '' : `-${unset}`}:`
  }

  #flags(): { readonly on: string; readonly off: string } | undefined {
    const found = this.#text.match(/\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?\)/y)
    return found && { on: found[1]!, off: found[2] ?? '' }
  }

  /** The flags that JavaScript has under the same letter; what the dot matches is written out instead. */
  #set(letters: string, to = true): string {
    for (const letter of letters) {
      if (!'imsuU'.includes(letter)) throw this.#text.refused(`the flag ${letter}`, 'leave it away')
    }
    if (letters.includes('s')) this.#dotAll = to
    if (letters.includes('m')) this.#multiLine = to
    return ['i', 'm'].filter((letter) => letters.includes(letter)).join('')
  }
}

/** Java's `$` lets one line end follow. */
const beforeLastLineEnd = `(?=(?:\\r\\n|[${lineEnds}])?(?![\\s\\S]))`

const boundaries: Readonly<Record<string, string>> = {
  A: '(?<![\\s\\S])',
  Z: beforeLastLineEnd,
  z: '(?![\\s\\S])',
  R: `(?:\\r\\n|[\\u{b}\\u{c}${lineEnds}])`,
}

function plain(character: string): Piece {
  return { source: literal(character), cost: oneWay }
}

function bounds(found: RegExpExecArray): { readonly least: number; readonly most: number } {
  const [, sign, least, comma, most] = found
  if (sign === '*') return { least: 0, most: Infinity }
  if (sign === '+') return { least: 1, most: Infinity }
  if (sign === '?') return { least: 0, most: 1 }
  if (comma === undefined) return { least: Number(least), most: Number(least) }
  const bound = { least: Number(least), most: most === undefined ? Infinity : Number(most) }
  if (bound.most < bound.least)
    throw new PatternError(
      `has a regular expression with ${found[0]}, whose second number is the smaller one`,
    )
  return bound
}
