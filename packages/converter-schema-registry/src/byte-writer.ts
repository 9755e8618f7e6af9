/** More than this isn't kept for the next use. */
const keptBytes = 4 * 1024 * 1024

/** Bytes that grow as they are written; meant to be used again and again: what was written is copied out. */
export class ByteWriter {
  bytes: Buffer = Buffer.allocUnsafeSlow(1024)
  at = 0

  /** Makes room for so many more bytes. */
  room(size: number): void {
    if (this.at + size <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.at + size))
    this.bytes.copy(larger, 0, 0, this.at)
    this.bytes = larger
  }

  byte(value: number): void {
    this.room(1)
    this.bytes[this.at++] = value
  }

  /** Seven bits a byte, the low ones first; of a whole number from 0 to 2^53. */
  varint(value: number): void {
    this.room(10)
    const { bytes } = this
    let { at } = this
    let left = value
    while (left > 0x7fffffff) {
      bytes[at++] = (left % 128) | 0x80
      left = Math.floor(left / 128)
    }
    while (left > 0x7f) {
      bytes[at++] = (left & 0x7f) | 0x80
      left >>>= 7
    }
    bytes[at++] = left
    this.at = at
  }

  /** The same of 64 bits without sign. */
  varint64(value: bigint): void {
    let left = BigInt.asUintN(64, value)
    this.room(10)
    while (left > 0x7fn) {
      this.bytes[this.at++] = Number(left & 0x7fn) | 0x80
      left >>= 7n
    }
    this.bytes[this.at++] = Number(left)
  }

  fixed32(value: number): void {
    this.room(4)
    this.at = this.bytes.writeInt32LE(value | 0, this.at)
  }

  fixed64(value: bigint): void {
    this.room(8)
    this.at = this.bytes.writeBigInt64LE(BigInt.asIntN(64, value), this.at)
  }

  /** Puts the length of what was written since `start` before it. */
  prefixLength(start: number): void {
    const length = this.at - start
    this.varint(length)
    const size = this.at - start - length
    const { bytes, at } = this
    const prefix = Uint8Array.from(bytes.subarray(at - size, at))
    bytes.copyWithin(start + size, start, at - size)
    bytes.set(prefix, start)
  }

  float(value: number): void {
    this.room(4)
    this.at = this.bytes.writeFloatLE(value, this.at)
  }

  double(value: number): void {
    this.room(8)
    this.at = this.bytes.writeDoubleLE(value, this.at)
  }

  /** UTF-8, without its length. */
  utf8(text: string, length: number): void {
    this.room(length)
    this.at += this.bytes.write(text, this.at, 'utf8')
  }

  put(bytes: Uint8Array): void {
    this.room(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  /** A piece of another buffer. */
  slice(from: Uint8Array, start: number, end: number): void {
    this.room(end - start)
    const { bytes } = this
    let { at } = this
    for (let i = start; i < end; i++) bytes[at++] = from[i]!
    this.at = at
  }

  /** A copy of everything, and the writer is empty. */
  take(): Buffer {
    const taken = Buffer.allocUnsafeSlow(this.at)
    this.bytes.copy(taken, 0, 0, this.at)
    this.at = 0
    if (this.bytes.length > keptBytes) this.bytes = Buffer.allocUnsafeSlow(1024)
    return taken
  }
}
