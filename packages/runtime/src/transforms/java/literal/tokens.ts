import { trim } from '../numbers.ts'

/** A text cut at its delimiters, each of which is a token of its own; a backslash takes a delimiter's meaning away. */
export class Tokens {
  readonly #tokens: readonly string[]
  #at = 0

  constructor(text: string) {
    this.#tokens = text.match(/[:,{}[\]"]|(?:\\[^]|[^:,{}[\]"])+/g) ?? []
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length
  }

  /** Is nothing left but blanks? */
  get onlyBlanks(): boolean {
    for (let at = this.#at; at < this.#tokens.length; at++) if (trim(this.#tokens[at]!) !== '') return false
    return true
  }

  /** For going back to. */
  get mark(): number {
    return this.#at
  }

  rewind(mark: number): void {
    this.#at = mark
  }

  next(): string {
    return this.#tokens[this.#at++]!
  }

  /** So many tokens in one; undefined, and nothing is taken, where there are fewer. */
  following(count: number): string | undefined {
    if (this.#at + count > this.#tokens.length) return undefined
    this.#at += count
    return this.#tokens.slice(this.#at - count, this.#at).join('')
  }

  /** Takes the token if it comes next, or after blanks; the blanks are taken in any case. */
  skip(token: string): boolean {
    while (this.#at + 1 < this.#tokens.length && trim(this.#tokens[this.#at]!) === '') this.#at++
    if (this.done || trim(this.#tokens[this.#at]!) !== token) return false
    this.#at++
    return true
  }
}
