/**
 * Lines out of chunks of bytes. Memory is bounded: what no line end has been found for is kept up to `longest` characters, then that line is
 * skipped.
 */
export class LineSplitter {
  readonly #onLine: (line: string) => void
  readonly #onSkipped: () => void
  readonly #longest: number
  readonly #decoder = new TextDecoder('utf-8')
  #rest = ''
  #skipping = false

  constructor(how: {
    readonly longest: number
    readonly onLine: (line: string) => void
    readonly onSkipped: () => void
  }) {
    this.#longest = how.longest
    this.#onLine = how.onLine
    this.#onSkipped = how.onSkipped
  }

  push(chunk: Uint8Array): void {
    this.#take(this.#decoder.decode(chunk, { stream: true }))
  }

  /** The last line may have no end. */
  end(): void {
    this.#take(this.#decoder.decode())
    if (this.#rest !== '') this.#give(this.#rest)
    this.#rest = ''
  }

  #take(text: string): void {
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const line = text.slice(start, end)
      start = end + 1
      if (this.#skipping) this.#skipping = false
      else this.#give(this.#rest === '' ? line : this.#rest + line)
      this.#rest = ''
    }
    if (this.#skipping || start === text.length) return
    this.#rest += text.slice(start)
    if (this.#rest.length <= this.#longest) return
    this.#rest = ''
    this.#skipping = true
    this.#onSkipped()
  }

  #give(line: string): void {
    if (line.length > this.#longest) return this.#onSkipped()
    this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
  }
}
