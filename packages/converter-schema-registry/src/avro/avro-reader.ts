import { isUtf8 } from 'node:buffer'
import { RecordError } from '@sluice/template'

/** Reads Avro's binary form. Throws a RecordError where bytes are missing or none of Avro's. */
export class AvroReader {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#at = at
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  boolean(): boolean {
    const byte = this.#byte()
    if (byte > 1) throw this.#wrong(`the byte ${byte}, which is neither true nor false`)
    return byte === 1
  }

  int(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1)
    }
    throw this.#wrong('an int of more than five bytes')
  }

  long(): bigint {
    let low = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte()
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) return BigInt((low >>> 1) ^ -(low & 1))
    }
    let value = BigInt(low)
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, (BigInt.asUintN(64, value) >> 1n) ^ -(value & 1n))
    }
    throw this.#wrong('a long of more than ten bytes')
  }

  float(): number {
    return this.#bytes.readFloatLE(this.#skip(4))
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#skip(8))
  }

  text(): string {
    const length = this.#length()
    const start = this.#skip(length)
    const text = this.#bytes.toString('utf8', start, start + length)
    if (text.includes('\ufffd') && !isUtf8(this.#bytes.subarray(start, start + length))) {
      throw this.#wrong('a text that is no UTF-8')
    }
    return text
  }

  bytes(): Uint8Array {
    return this.fixed(this.#length())
  }

  fixed(size: number): Uint8Array {
    const start = this.#skip(size)
    return new Uint8Array(this.#bytes.subarray(start, start + size))
  }

  /**
   * Calls `each` for every item of an array or a map. `leastBytes` is what one takes at least: bytes can't promise more items than they
   * can hold.
   */
  items(leastBytes: number, each: () => void): void {
    let total = 0
    for (let count = this.long(); count !== 0n; count = this.long()) {
      if (count < 0n) {
        count = -count
        this.long()
      }
      const most = leastBytes === 0 ? emptyItems - total : this.left / leastBytes
      if (count > most) throw this.#wrong(`a list of ${count} items in ${this.left} bytes`)
      total += Number(count)
      for (let i = 0; i < count; i++) each()
    }
  }

  #length(): number {
    const length = this.long()
    if (length < 0n || length > this.left)
      throw this.#wrong(`a length of ${length} where ${this.left} bytes are left`)
    return Number(length)
  }

  #byte(): number {
    return this.#bytes[this.#skip(1)]!
  }

  #skip(size: number): number {
    const start = this.#at
    if (start + size > this.#bytes.length) throw this.#wrong('an end in the middle of a value')
    this.#at = start + size
    return start
  }

  #wrong(what: string): RecordError {
    return new RecordError(
      `The ${this.#bytes.length} bytes are no record of their Avro schema: at ${this.#at} they have ${what}.`,
    )
  }
}

/** Items that take no byte at all, such as nulls, come no more than this. */
const emptyItems = 1_000_000
