import { isUtf8 } from 'node:buffer'
import { RecordError } from '@sluice/template'

/** Groups in groups deeper than this are an attack. */
const deepest = 100

const whole28 = 2 ** 28

/** Reads Protobuf's binary form. Throws a RecordError where bytes are missing or none of Protobuf's. */
export class ProtoReader {
  readonly #bytes: Buffer
  #at: number
  readonly #end: number

  constructor(bytes: Buffer, start = 0, end: number = bytes.length) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  get done(): boolean {
    return this.#at >= this.#end
  }

  /** What was not read yet; a view. */
  rest(): Buffer {
    return this.#bytes.subarray(this.#at, this.#end)
  }

  /** 64 bits without sign. */
  varint(): bigint {
    const low = this.#bits28()
    if (low < whole28) return BigInt(low)
    const middle = this.#bits28()
    if (middle < whole28) return bits56(low - whole28, middle)
    let value = bits56(low - whole28, middle - whole28)
    for (const shift of [56n, 63n]) {
      const byte = this.#bytes[this.#skip(1)]!
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw wrong('a number of more than ten bytes')
  }

  /** 64 bits without sign, of which only those that a number holds are exact. */
  uint(): number {
    const start = this.#at
    const value = this.#bits28()
    if (value < whole28) return value
    this.#at = start
    return Number(this.varint())
  }

  /** The lower 32 bits, with sign. */
  int32OfVarint(): number {
    const start = this.#at
    const value = this.#bits28()
    if (value < whole28) return value
    this.#at = start
    return Number(BigInt.asIntN(32, this.varint()))
  }

  /** Four bytes of a varint at most; `whole28` is added where there are more to come. */
  #bits28(): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#bytes[this.#skip(1)]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    return value + whole28
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
  sized(): Buffer {
    const start = this.#skipSized()
    return this.#bytes.subarray(start, this.#at)
  }

  /** The same, to be read. */
  within(): ProtoReader {
    const start = this.#skipSized()
    return new ProtoReader(this.#bytes, start, this.#at)
  }

  text(): string {
    const start = this.#skipSized()
    const text = this.#bytes.toString('utf8', start, this.#at)
    if (text.includes('\ufffd') && !isUtf8(this.#bytes.subarray(start, this.#at)))
      throw wrong('a text that is no UTF-8')
    return text
  }

  /** Passes over a value of a field that is not known. */
  pass(wireType: number, depth = 0): void {
    switch (wireType) {
      case 0:
        this.uint()
        return
      case 1:
        this.#skip(8)
        return
      case 2:
        this.#skipSized()
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
    for (let key = this.uint(); (key & 7) !== 4; key = this.uint()) this.pass(key & 7, depth)
  }

  #skipSized(): number {
    const length = this.uint()
    if (length > this.#end - this.#at) throw wrong(`a length of ${length}, which is more than there is`)
    return this.#skip(length)
  }

  #skip(size: number): number {
    const start = this.#at
    if (start + size > this.#end) throw wrong('an end in the middle of a value')
    this.#at = start + size
    return start
  }
}

function bits56(low: number, high: number): bigint {
  return high < 2 ** 25 ? BigInt(low + high * whole28) : BigInt(low) + (BigInt(high) << 28n)
}

function wrong(what: string): RecordError {
  return new RecordError(`The bytes are no message of their Protobuf schema: they have ${what}.`)
}
