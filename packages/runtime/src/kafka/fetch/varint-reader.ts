/** Thrown for bytes that are no record batch; whoever knows topic, partition and offset says so in a KafkaError. */
export class CorruptBytes extends Error {}

const inlineBits = 28

/**
 * Reads the variable-length integers of record batches (zigzag, seven bits a byte). `at` is the caller's to move; a read at or
 * past `end` throws CorruptBytes.
 */
export class VarintReader {
  readonly bytes: Buffer
  readonly end: number
  at: number

  constructor(bytes: Buffer, at: number, end: number) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  /** At most 32 bits. */
  varint(): number {
    const { bytes, end } = this
    let at = this.at
    let value = 0
    for (let shift = 0; shift <= inlineBits; shift += 7) {
      if (at >= end) throw new CorruptBytes('a number runs past the end')
      const byte = bytes[at++] as number
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        this.at = at
        return (value >>> 1) ^ -(value & 1)
      }
    }
    throw new CorruptBytes('a number has more than five bytes')
  }

  /** At most 64 bits, as a double: exact to 2^53, which is beyond any time in milliseconds. */
  varlong(): number {
    const { bytes, end } = this
    let at = this.at
    let value = 0
    let unit = 1
    for (let count = 0; count < 10; count++) {
      if (at >= end) throw new CorruptBytes('a number runs past the end')
      const byte = bytes[at++] as number
      value += (byte & 0x7f) * unit
      if (byte < 0x80) {
        this.at = at
        return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      }
      unit *= 128
    }
    throw new CorruptBytes('a number has more than ten bytes')
  }

  /** A view of as many bytes as the length before them says; null where that is negative. */
  sized(): Buffer | null {
    const length = this.varint()
    if (length < 0) return null
    const from = this.at
    if (length > this.end - from) throw new CorruptBytes(`${length} bytes run past the end`)
    this.at = from + length
    return this.bytes.subarray(from, from + length)
  }
}
