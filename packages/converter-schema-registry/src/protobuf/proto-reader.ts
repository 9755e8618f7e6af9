import { isUtf8 } from 'node:buffer'
import { RecordError } from '@sluice/template'

/** Groups in groups deeper than this are an attack. */
const deepest = 100

/** Reads Protobuf's binary form. Throws a RecordError where bytes are missing or none of Protobuf's. */
export class ProtoReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** What was not read yet. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at)
  }

  /** 64 bits without sign. */
  varint(): bigint {
    let low = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#bytes[this.#skip(1)]!
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) return BigInt(low)
    }
    let value = BigInt(low)
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#skip(1)]!
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw wrong('a number of more than ten bytes')
  }

  int32(): number {
    return this.#bytes.readInt32LE(this.#skip(4))
  }

  int64(): bigint {
    return this.#bytes.readBigInt64LE(this.#skip(8))
  }

  float(): number {
    return this.#bytes.readFloatLE(this.#skip(4))
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#skip(8))
  }

  /** What has its length before it; a view. */
  sized(): Uint8Array {
    const length = this.varint()
    if (length > this.#bytes.length - this.#at)
      throw wrong(`a length of ${length}, which is more than there is`)
    const start = this.#skip(Number(length))
    return this.#bytes.subarray(start, this.#at)
  }

  text(): string {
    const bytes = this.sized()
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    if (text.includes('\ufffd') && !isUtf8(bytes)) throw wrong('a text that is no UTF-8')
    return text
  }

  /** Passes over a value of a field that is not known. */
  pass(wireType: number, depth = 0): void {
    switch (wireType) {
      case 0:
        this.varint()
        return
      case 1:
        this.#skip(8)
        return
      case 2:
        this.sized()
        return
      case 3:
        return this.#passGroup(depth + 1)
      case 5:
        this.#skip(4)
        return
      default:
        throw wrong(`the kind of value ${wireType}`)
    }
  }

  #passGroup(depth: number): void {
    if (depth > deepest) throw wrong('groups nested too deeply')
    for (let key = Number(this.varint()); (key & 7) !== 4; key = Number(this.varint()))
      this.pass(key & 7, depth)
  }

  #skip(size: number): number {
    const start = this.#at
    if (start + size > this.#bytes.length) throw wrong('an end in the middle of a value')
    this.#at = start + size
    return start
  }
}

function wrong(what: string): RecordError {
  return new RecordError(`The bytes are no message of their Protobuf schema: they have ${what}.`)
}
