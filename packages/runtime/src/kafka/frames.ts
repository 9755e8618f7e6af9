const sizeBytes = 4

/**
 * Cuts a stream of bytes into the length-prefixed messages of Kafka's protocol. A message that arrives in many pieces is put
 * together once.
 */
export class FrameReader {
  #chunks: Buffer[] = []
  #buffered = 0
  #needed = sizeBytes

  /** The messages that `chunk` completes, without their prefix. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
    if (this.#buffered < this.#needed) return []
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#buffered)
    const frames: Buffer[] = []
    let at = 0
    this.#needed = sizeBytes
    while (bytes.length - at >= sizeBytes) {
      const end = at + sizeBytes + bytes.readInt32BE(at)
      if (end > bytes.length) {
        this.#needed = end - at
        break
      }
      frames.push(bytes.subarray(at + sizeBytes, end))
      at = end
    }
    this.#chunks = at < bytes.length ? [bytes.subarray(at)] : []
    this.#buffered = bytes.length - at
    return frames
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
