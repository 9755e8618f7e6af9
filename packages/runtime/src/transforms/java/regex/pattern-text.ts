/** A regular expression that isn't understood, or can't be done here. The message follows the setting's name. */
export class PatternError extends Error {}

/** Reads a pattern from left to right. */
export class PatternText {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get done(): boolean {
    return this.#at >= this.#text.length
  }

  /** The next character, of which those beyond 16 bits are one; empty at the end. */
  get peek(): string {
    const point = this.#text.codePointAt(this.#at)
    return point === undefined ? '' : String.fromCodePoint(point)
  }

  starts(text: string): boolean {
    return this.#text.startsWith(text, this.#at)
  }

  take(): string {
    const found = this.peek
    if (found === '') throw this.error('ends too early')
    this.#at += found.length
    return found
  }

  /** Takes the text if it comes next. */
  skip(text: string): boolean {
    if (!this.starts(text)) return false
    this.#at += text.length
    return true
  }

  /** Takes what a sticky expression matches here; undefined: it doesn't. */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at
    const found = expression.exec(this.#text)
    if (found === null) return undefined
    this.#at += found[0].length
    return found
  }

  error(what: string): PatternError {
    return new PatternError(
      `has the regular expression ${this.#text}, which ${what} at character ${this.#at + 1}`,
    )
  }

  refused(what: string, instead: string): PatternError {
    return new PatternError(
      `has the regular expression ${this.#text} with ${what}, which is not supported: ${instead}`,
    )
  }
}
