const newline = 0x0a
const carriageReturn = 0x0d

/** A line without its end, and the position in the file behind that end. */
export interface Line {
  readonly text: string
  readonly end: number
}

/** Bytes of a file that were read and not yet given away as lines. Positions count bytes. */
export class LineBuffer {
  #bytes = Buffer.alloc(64 * 1024)
  #from = 0
  #to = 0
  /** Up to here no line ends. */
  #searched = 0
  /** Where in the file `#from` is. */
  #position: number

  constructor(position: number) {
    this.#position = position
  }

  /** The position in the file of the next byte to read. */
  get position(): number {
    return this.#position + this.#to - this.#from
  }

  /** Bytes that wait for their line's end. */
  get waiting(): number {
    return this.#to - this.#from
  }

  /** Room for what is read next; say with `filled` how much of it was taken. */
  room(): Buffer {
    if (this.#from > 0) {
      this.#bytes.copyWithin(0, this.#from, this.#to)
      this.#searched -= this.#from
      this.#to -= this.#from
      this.#from = 0
    }
    if (this.#to > this.#bytes.length / 2) {
      const larger = Buffer.alloc(this.#bytes.length * 2)
      this.#bytes.copy(larger, 0, 0, this.#to)
      this.#bytes = larger
    }
    return this.#bytes.subarray(this.#to)
  }

  filled(bytes: number): void {
    this.#to += bytes
  }

  /**
   * The next line that has ended: by \n, \r\n or \r. A \r at the end waits for the byte behind it. Text is UTF-8; what is none becomes
   * U+FFFD, as Java's readers have it.
   */
  next(): Line | undefined {
    const until = this.#endOfLine()
    if (until === undefined) return undefined
    const isPair = this.#bytes[until] === carriageReturn && this.#bytes[until + 1] === newline
    const text = this.#bytes.toString('utf8', this.#from, until)
    const after = until + (isPair ? 2 : 1)
    this.#position += after - this.#from
    this.#from = after
    this.#searched = after
    return { text, end: this.#position }
  }

  #endOfLine(): number | undefined {
    for (let at = this.#searched; at < this.#to; at++) {
      const byte = this.#bytes[at]
      if (byte === newline) return at
      if (byte !== carriageReturn) continue
      if (at + 1 < this.#to) return at
      this.#searched = at
      return undefined
    }
    this.#searched = this.#to
    return undefined
  }
}
