const sizeBytes = 4
const noBytes = Buffer.alloc(0)

/**
 * Cuts a stream of bytes into the length-prefixed messages of Kafka's protocol. Bytes are copied as they come, once, so that no piece
 * outlives its arrival.
 */
export class FrameReader {
  /** What announces more is no message. */
  maxBytes: number
  /** The beginning of a length. */
  #rest: Buffer = noBytes
  /** The message under way, and how much of it is there. */
  #frame: Buffer | undefined
  #filled = 0

  constructor(maxBytes = Number.POSITIVE_INFINITY) {
    this.maxBytes = maxBytes
  }

  /** The messages that `chunk` completes, without their prefix. Throws for a length that no message has. */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = []
    let bytes = this.#frame ? this.#fill(chunk, frames) : chunk
    if (this.#rest.length > 0) bytes = Buffer.concat([this.#rest, bytes])
    let at = 0
    while (this.#frame === undefined && bytes.length - at >= sizeBytes) {
      const size = bytes.readInt32BE(at)
      if (size < 0 || size > this.maxBytes) throw new RangeError(`a message of ${size} bytes`)
      at += sizeBytes
      if (bytes.length - at >= size) frames.push(Buffer.from(bytes.subarray(at, at + size)))
      else this.#begin(size, bytes.subarray(at))
      at += size
    }
    this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : noBytes
    return frames
  }

  #begin(size: number, first: Buffer): void {
    this.#frame = Buffer.allocUnsafeSlow(size)
    this.#filled = first.copy(this.#frame)
  }

  /** Returns what is left of `chunk`. */
  #fill(chunk: Buffer, frames: Buffer[]): Buffer {
    const frame = this.#frame!
    const taken = chunk.copy(frame, this.#filled)
    this.#filled += taken
    if (this.#filled === frame.length) {
      frames.push(frame)
      this.#frame = undefined
    }
    return chunk.subarray(taken)
  }
}

/** The head of a request (header version 1), its length prefix included; `bodyBytes` follow it. */
export function requestHead(request: {
  readonly key: number
  readonly version: number
  readonly correlationId: number
  readonly clientId: string
  readonly bodyBytes: number
}): Buffer {
  const idBytes = Buffer.byteLength(request.clientId)
  const head = Buffer.allocUnsafe(sizeBytes + 10 + idBytes)
  head.writeInt32BE(10 + idBytes + request.bodyBytes, 0)
  head.writeInt16BE(request.key, 4)
  head.writeInt16BE(request.version, 6)
  head.writeInt32BE(request.correlationId, 8)
  head.writeInt16BE(idBytes, 12)
  head.write(request.clientId, 14)
  return head
}
