/** More than this isn't kept for the next use. */
const keptBytes = 4 * 1024 * 1024

/**
 * Bytes that grow as they are written. Whoever writes makes room first: `room` for the most that may come. It is meant to be used again:
 * what was written is copied out, for the most that may come is several times what comes.
 */
export class ByteWriter {
  bytes: Buffer = Buffer.alloc(0)
  at = 0

  /** Begins anew, with room for `size` bytes. */
  start(size: number): void {
    this.at = 0
    if (this.bytes.length < size) this.bytes = Buffer.allocUnsafeSlow(size)
  }

  room(bytes: number): void {
    if (this.at + bytes <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.at + bytes))
    this.bytes.copy(larger, 0, 0, this.at)
    this.bytes = larger
  }

  /** Short texts without characters beyond ASCII, and pieces that were made before. */
  put(piece: Uint8Array): void {
    if (piece.length < 32) return this.slice(piece, 0, piece.length)
    this.bytes.set(piece, this.at)
    this.at += piece.length
  }

  text(text: string): void {
    this.room(text.length * 3)
    this.at += this.bytes.write(text, this.at)
  }

  /** A piece of another buffer; a loop, because pieces are short and each view costs more than its bytes. */
  slice(from: Uint8Array, start: number, end: number): void {
    const { bytes } = this
    let { at } = this
    for (let i = start; i < end; i++) bytes[at++] = from[i]!
    this.at = at
  }

  /** A copy of what was written since `start`. */
  written(): Buffer {
    const written = Buffer.allocUnsafeSlow(this.at)
    this.bytes.copy(written, 0, 0, this.at)
    if (this.bytes.length > keptBytes) this.bytes = Buffer.alloc(0)
    return written
  }
}
