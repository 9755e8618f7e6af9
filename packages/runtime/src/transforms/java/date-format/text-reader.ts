/** Reads a text that is to be a date from left to right. Each method returns undefined where the text has something else there. */
export class TextReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  exactly(text: string): true | undefined {
    if (!this.#text.startsWith(text, this.#at)) return undefined
    this.#at += text.length
    return true
  }

  /** Blanks before a field are no matter. */
  skipBlanks(): void {
    this.#take(/[ \t]*/y)
  }

  /** Digits, with a minus before them or without; at most so many, where the next field follows at once. */
  digits(most?: number): string | undefined {
    return this.#take(most === undefined ? /-?\d+/y : new RegExp(`-?\\d{1,${most}}`, 'y'))
  }

  /** The index of the longest name that comes next, regardless of case. */
  nameAmong(names: readonly string[]): number | undefined {
    let best: { readonly index: number; readonly length: number } | undefined
    for (const [index, name] of names.entries()) {
      if (name.length > (best?.length ?? 0) && this.#startsWithName(name))
        best = { index, length: name.length }
    }
    if (best !== undefined) this.#at += best.length
    return best?.index
  }

  #startsWithName(name: string): boolean {
    return this.#text.slice(this.#at, this.#at + name.length).toLowerCase() === name.toLowerCase()
  }

  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at
    const found = expression.exec(this.#text)
    if (found === null) return undefined
    this.#at += found[0].length
    return found
  }

  #take(expression: RegExp): string | undefined {
    return this.match(expression)?.[0]
  }
}
