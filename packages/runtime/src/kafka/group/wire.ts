import { KafkaError } from '../types.ts'

/** Kafka's primitive types, written one after the other into one growing buffer. */
export class WireWriter {
  #bytes = Buffer.allocUnsafe(512)
  #end = 0

  int8(value: number): this {
    this.#end = this.#room(1).writeInt8(value, this.#end)
    return this
  }

  int16(value: number): this {
    this.#end = this.#room(2).writeInt16BE(value, this.#end)
    return this
  }

  int32(value: number): this {
    this.#end = this.#room(4).writeInt32BE(value, this.#end)
    return this
  }

  int64(value: bigint): this {
    this.#end = this.#room(8).writeBigInt64BE(value, this.#end)
    return this
  }

  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0)
  }

  string(value: string | null): this {
    if (value === null) return this.int16(-1)
    const length = Buffer.byteLength(value)
    if (length > 32_767) throw new RangeError(`A string of ${length} bytes doesn't fit Kafka's protocol.`)
    this.int16(length)
    this.#end += this.#room(length).write(value, this.#end)
    return this
  }

  bytes(value: Uint8Array | null): this {
    if (value === null) return this.int32(-1)
    this.int32(value.length)
    this.#room(value.length).set(value, this.#end)
    this.#end += value.length
    return this
  }

  array<T>(values: readonly T[], write: (value: T) => void): this {
    this.int32(values.length)
    values.forEach(write)
    return this
  }

  /** Of the flexible encoding (KIP-482), as all that begin with `compact`. */
  unsignedVarint(value: number): this {
    let left = value
    for (; left > 0x7f; left >>>= 7) this.#end = this.#room(1).writeUInt8((left & 0x7f) | 0x80, this.#end)
    this.#end = this.#room(1).writeUInt8(left, this.#end)
    return this
  }

  compactString(value: string | null): this {
    if (value === null) return this.unsignedVarint(0)
    const length = Buffer.byteLength(value)
    this.unsignedVarint(length + 1)
    this.#end += this.#room(length).write(value, this.#end)
    return this
  }

  compactArray<T>(values: readonly T[], write: (value: T) => void): this {
    this.unsignedVarint(values.length + 1)
    values.forEach(write)
    return this
  }

  /** An empty list of tags, which ends every structure. */
  noTags(): this {
    return this.unsignedVarint(0)
  }

  /** What has been written so far; a view, valid until the next write. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#end)
  }

  #room(length: number): Buffer {
    if (this.#end + length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#end + length))
      larger.set(this.written())
      this.#bytes = larger
    }
    return this.#bytes
  }
}

/** Reads Kafka's primitive types. Reading past the end is a KafkaError, whatever the bytes say. */
export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  int8(): number {
    return this.#bytes.readInt8(this.#forward(1))
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#forward(2))
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#forward(4))
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#forward(8))
  }

  boolean(): boolean {
    return this.int8() !== 0
  }

  string(): string {
    return this.nullableString() ?? ''
  }

  nullableString(): string | null {
    const length = this.int16()
    if (length < 0) return null
    const from = this.#forward(length)
    return this.#bytes.toString('utf8', from, from + length)
  }

  /** A view into the buffer, not a copy; null where the length is negative. */
  bytes(): Buffer | null {
    const length = this.int32()
    if (length < 0) return null
    const from = this.#forward(length)
    return this.#bytes.subarray(from, from + length)
  }

  /** A null array reads as an empty one. */
  array<T>(read: () => T): T[] {
    const length = this.int32()
    if (length > this.remaining()) throw malformed(`an array of ${length} elements`, this.remaining())
    const values: T[] = []
    for (let i = 0; i < length; i++) values.push(read())
    return values
  }

  unsignedVarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes.readUInt8(this.#forward(1))
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw malformed('a longer number', this.remaining())
  }

  compactString(): string {
    return this.compactNullableString() ?? ''
  }

  compactNullableString(): string | null {
    const length = this.unsignedVarint() - 1
    if (length < 0) return null
    const from = this.#forward(length)
    return this.#bytes.toString('utf8', from, from + length)
  }

  compactArray<T>(read: () => T): T[] {
    const length = this.unsignedVarint() - 1
    if (length > this.remaining()) throw malformed(`an array of ${length} elements`, this.remaining())
    return Array.from({ length: Math.max(0, length) }, read)
  }

  /** The list of tags that ends a structure: each is passed over, unless `tagged` reads it from a reader of its own. */
  tags(tagged?: (tag: number, from: WireReader) => void): this {
    for (let left = this.unsignedVarint(); left > 0; left--) {
      const tag = this.unsignedVarint()
      const length = this.unsignedVarint()
      const from = this.#forward(length)
      tagged?.(tag, new WireReader(this.#bytes.subarray(from, from + length)))
    }
    return this
  }

  remaining(): number {
    return this.#bytes.length - this.#at
  }

  #forward(length: number): number {
    const from = this.#at
    if (length > this.#bytes.length - from) throw malformed(`${length} bytes`, this.remaining())
    this.#at = from + length
    return from
  }
}

const malformed = (wanted: string, left: number): KafkaError =>
  new KafkaError(
    `The answer of a broker is malformed: it announces ${wanted} where ${left} bytes are left.`,
    {
      code: 'MALFORMED_RESPONSE',
      retriable: true,
    },
  )
