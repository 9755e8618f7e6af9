/**
 * The one shape of Java serialisation that FileOffsetBackingStore writes: a java.util.HashMap of byte arrays to byte arrays or null.
 * Source: Java Object Serialization Specification 6.4; java.util.HashMap.writeObject.
 */
const hashMapHeader = Buffer.concat([
  Buffer.from('aced0005737200116a6176612e7574696c2e486173684d61700507dac1c31660d103000246', 'hex'),
  Buffer.from('000a6c6f6164466163746f724900097468726573686f6c6478703f400000', 'hex'),
])
const byteArrayClass = Buffer.from('72 0002 5b42 acf317f8060854e0 02 0000 78 70'.replaceAll(' ', ''), 'hex')

const tag = { null: 0x70, reference: 0x71, array: 0x75, block: 0x77, end: 0x78 } as const

/** Handles are dealt out from here: the map's class, the map, the class of byte arrays, then each array. */
const firstHandle = 0x7e0000
const byteArrayClassHandle = firstHandle + 2

export type JavaEntry = readonly [key: Buffer, value: Buffer | null]

export function writeJavaMap(entries: readonly JavaEntry[]): Buffer {
  let capacity = 16
  while (entries.length > capacity * 0.75) capacity *= 2
  const parts: Buffer[] = [hashMapHeader, int(capacity * 0.75), Buffer.of(tag.block, 8), int(capacity)]
  parts.push(int(entries.length))
  let classWritten = false
  for (const bytes of entries.flat()) {
    if (bytes === null) {
      parts.push(Buffer.of(tag.null))
      continue
    }
    const type = classWritten
      ? Buffer.concat([Buffer.of(tag.reference), int(byteArrayClassHandle)])
      : byteArrayClass
    parts.push(Buffer.of(tag.array), type, int(bytes.length), bytes)
    classWritten = true
  }
  return Buffer.concat([...parts, Buffer.of(tag.end)])
}

/** The entries, and how many bytes they took. Throws an Error that says at which byte the shape is another. */
export function readJavaMap(bytes: Buffer): {
  readonly entries: readonly JavaEntry[]
  readonly length: number
} {
  const reader = new Reader(bytes)
  reader.expect(hashMapHeader)
  reader.int()
  reader.expect(Buffer.of(tag.block, 8))
  reader.int()
  const size = reader.int()
  const entries: JavaEntry[] = []
  for (let index = 0; index < size; index++) {
    const key = reader.bytes()
    const value = reader.bytes()
    if (key === null) throw new Error(`the key of entry ${index} is null`)
    entries.push([key, value])
  }
  reader.expect(Buffer.of(tag.end))
  return { entries, length: reader.position }
}

class Reader {
  position = 0
  readonly #bytes: Buffer
  readonly #arrays: Buffer[] = []
  #classKnown = false

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  expect(wanted: Buffer): void {
    if (!this.#take(wanted.length).equals(wanted)) throw this.#unexpected(this.position - wanted.length)
  }

  int(): number {
    return this.#take(4).readInt32BE()
  }

  /** A byte array, written out or as a reference to an earlier one, or null. */
  bytes(): Buffer | null {
    const at = this.position
    const kind = this.#take(1)[0]
    if (kind === tag.null) return null
    if (kind === tag.reference) return this.#arrays[this.int() - byteArrayClassHandle - 1] ?? this.#fail(at)
    if (kind !== tag.array) throw this.#unexpected(at)
    this.#byteArrayClass()
    const array = this.#take(this.int())
    this.#arrays.push(array)
    return array
  }

  #byteArrayClass(): void {
    if (!this.#classKnown) return this.#defineClass()
    const at = this.position
    this.expect(Buffer.of(tag.reference))
    if (this.int() !== byteArrayClassHandle) throw this.#unexpected(at)
  }

  #defineClass(): void {
    this.expect(byteArrayClass)
    this.#classKnown = true
  }

  #take(length: number): Buffer {
    const end = this.position + length
    if (length < 0 || end > this.#bytes.length)
      throw new Error(`it is cut off after ${this.#bytes.length} bytes`)
    const taken = this.#bytes.subarray(this.position, end)
    this.position = end
    return taken
  }

  #fail(at: number): never {
    throw this.#unexpected(at)
  }

  #unexpected(at: number): Error {
    return new Error(`byte ${at} is not what a serialised java.util.HashMap of byte arrays has there`)
  }
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
